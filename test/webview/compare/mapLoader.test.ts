import assert from 'node:assert/strict';
import test from 'node:test';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY, type MapBatch } from '../../../src/protocol/explanations.ts';
import type { MapRequest } from '../../../src/protocol/explanations.ts';
import { MapLoader, type MapPlan } from '../../../webview/compare/mapLoader.ts';
import { WAITING } from '../../../webview/shared/loadable.ts';
import { settle } from '../../protocol/memoryPipe.ts';

const SALIENCY: MapRequest = { kind: 'saliency', choices: DEFAULT_SALIENCY };
const ADVERSARIAL: MapRequest = { kind: 'adversarial', choices: DEFAULT_ADVERSARIAL };
const IDS = Array.from({ length: 20 }, (_, index) => `${index}`);
const PLAN: MapPlan = { runs: ['a', 'b'], ids: IDS, requests: [SALIENCY, ADVERSARIAL] };

interface Asked {
  readonly run: string;
  readonly ids: readonly string[];
  readonly kind: string;
  readonly signal: AbortSignal;
  answer(batch?: MapBatch): void;
  fail(error: Error): void;
}

function setUp() {
  const asked: Asked[] = [];
  let changes = 0;
  const loader = new MapLoader({
    fetch: (run, ids, { kind }, signal) =>
      new Promise((resolve, reject) => {
        const answer = (batch = batchOf(ids)): void => resolve(batch);
        asked.push({ run, ids, kind, signal, answer, fail: reject });
      }),
    onChange: () => changes++,
  });
  return { loader, asked, changes: () => changes };
}

/** Answers the newest request, so many times. */
async function answerAll(asked: readonly Asked[], times: number): Promise<void> {
  for (let answered = 0; answered < times; answered++) {
    asked.at(-1)?.answer();
    await settle();
  }
}

/** Maps of one pixel, whose value is the image's id. */
function batchOf(ids: readonly string[]): MapBatch {
  return {
    values: Float32Array.from(ids, Number),
    width: 1,
    height: 1,
    found: ids.map((_, index) => index),
    facts: ids.map((id) => ({ target: Number(id), probability: 0.5 })),
    missing: [],
  };
}

test('what is in sight comes first, of both runs, before anything else', async () => {
  const { loader, asked } = setUp();
  loader.look(['18', '19']);
  loader.want(PLAN);
  await answerAll(asked, 4);
  assert.deepEqual(
    asked.slice(0, 4).map(({ run, kind, ids }) => [run, kind, ids[0], ids[1], ids[2]]),
    [
      ['a', 'saliency', '18', '19', '0'],
      ['b', 'saliency', '18', '19', '0'],
      ['a', 'adversarial', '18', '19', '0'],
      ['b', 'adversarial', '18', '19', '0'],
    ],
  );
  // Then the rest, which is out of sight.
  assert.deepEqual(asked[4].ids, ['14', '15', '16', '17']);
});

test('one request is under way at a time, and each image is asked for once', async () => {
  const { loader, asked } = setUp();
  loader.want(PLAN);
  loader.look(['3']);
  loader.want(PLAN);
  await settle();
  assert.equal(asked.length, 1);
  await answerAll(asked, 8);
  assert.equal(asked.length, 8);
  const all = asked.flatMap(({ run, kind, ids }) => ids.map((id) => `${run} ${kind} ${id}`));
  assert.equal(new Set(all).size, all.length);
  assert.equal(all.length, 2 * 2 * IDS.length);
});

test('a map belongs to its image, with its facts, and others say why there is none', async () => {
  const { loader, asked } = setUp();
  loader.want({ ...PLAN, ids: ['5', '6', '7'] });
  asked[0].answer({
    values: new Float32Array([7, 5]),
    width: 1,
    height: 1,
    found: [2, 0],
    facts: [
      { target: 1, probability: 0.7 },
      { target: 0, probability: 0.5 },
    ],
    missing: [{ index: 1, reason: 'It is no image.' }],
  });
  await settle();
  const read = (id: string): unknown => {
    const cell = loader.cell('a', SALIENCY, id);
    return cell.status === 'ready' ? [cell.value.values[0], cell.value.facts.target] : cell;
  };
  assert.deepEqual([read('5'), read('7')], [[5, 0], [7, 1]]); // prettier-ignore
  assert.deepEqual(read('6'), { status: 'failed', failure: { message: 'It is no image.' } });
  assert.deepEqual(loader.cell('b', SALIENCY, '5'), WAITING);
});

test('other choices cancel what is under way, and what was computed before is still there', async () => {
  const { loader, asked } = setUp();
  loader.want({ ...PLAN, ids: ['1'] });
  asked[0].answer();
  await settle();
  const other: MapRequest = { kind: 'saliency', choices: { ...DEFAULT_SALIENCY, layer: 'layer3' } };
  loader.want({ ...PLAN, ids: ['1'], requests: [other, ADVERSARIAL] });
  assert.equal(asked[1].signal.aborted, true);
  assert.equal(asked[2].run, 'a');
  // A late answer to what was cancelled changes nothing.
  asked[1].answer();
  await settle();
  assert.equal(loader.cell('b', SALIENCY, '1').status, 'waiting');
  loader.want({ ...PLAN, ids: ['1'] });
  assert.equal(loader.cell('a', SALIENCY, '1').status, 'ready');
});

test('how maps are drawn changes no request', () => {
  const { loader, asked } = setUp();
  loader.want(PLAN);
  const { target, layer, sign, method } = DEFAULT_SALIENCY;
  // The same choices in another order, as they come out of a stored state.
  loader.want({ ...PLAN, requests: [{ kind: 'saliency', choices: { target, layer, sign, method } }] });
  assert.equal(asked.length, 1);
  assert.equal(asked[0].signal.aborted, false);
});

test('a run that cannot be asked at all is asked once, says why everywhere, and is asked again by a wish', async () => {
  const { loader, asked } = setUp();
  loader.want({ ...PLAN, requests: [SALIENCY] });
  asked[0].fail(new TsyndError('run/incomplete', 'There is no classifier.', { remedy: 'Go on.' }));
  await settle();
  assert.deepEqual(
    asked.map(({ run }) => run),
    ['a', 'b'],
  );
  const failure = { message: 'There is no classifier.', remedy: 'Go on.' };
  assert.deepEqual(loader.cell('a', SALIENCY, '19'), { status: 'failed', failure });
  assert.equal(loader.hasFailures, true);
  loader.retry();
  assert.equal(loader.hasFailures, false);
  asked[1].answer();
  await settle();
  assert.equal(asked[2].run, 'a');
});

test('an answer with too few values is a failure, and no picture', async () => {
  const { loader, asked } = setUp();
  loader.want({ ...PLAN, ids: ['1', '2'] });
  asked[0].answer({ ...batchOf(['1', '2']), values: new Float32Array(1) });
  await settle();
  assert.equal(loader.cell('a', SALIENCY, '1').status, 'failed');
});

test('other images under the same ids start from nothing', async () => {
  const { loader, asked } = setUp();
  loader.want({ ...PLAN, ids: ['1'] });
  asked[0].answer();
  await settle();
  loader.clear();
  assert.equal(asked[1].signal.aborted, true);
  assert.equal(loader.cell('a', SALIENCY, '1').status, 'waiting');
});
