import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareApi, ComparedImages, ComparedRuns } from '../../../src/protocol/compareApi.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { MapBatch } from '../../../src/protocol/explanations.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { CompareModel } from '../../../webview/compare/compareModel.ts';
import { INITIAL_COMPARE_STATE, type CompareState } from '../../../webview/compare/compareState.ts';
import { settle } from '../../protocol/memoryPipe.ts';
import { FakeEditor } from '../fakeEditor.ts';

function run(folder: string): RunSummary {
  return { folder, id: folder, status: 'finished', isElsewhere: false, samples: 0 };
}

const PAIR: ComparedRuns = { runs: [run('a'), run('b')], files: [], canExplain: true };
const IMAGES: ComparedImages = {
  images: [
    { id: '0', title: 'one', className: 'benign' },
    { id: '1', title: 'two', className: 'benign' },
  ],
  pixels: {
    ids: ['0', '1'],
    pixels: new Uint8Array([10, 20]),
    width: 1,
    height: 1,
    channels: 1,
    missing: [],
  },
  notices: [],
};

function maps(ids: readonly string[], flippedAt: number): MapBatch {
  return {
    values: new Float32Array(ids.length),
    width: 1,
    height: 1,
    found: ids.map((_, index) => index),
    facts: ids.map(() => ({
      target: 0,
      probability: 0.5,
      change: { probs: [0.5], flippedAt, l2: 2, area: 0.5 },
    })),
    missing: [],
  };
}

function setUp(state: Partial<CompareState> = {}) {
  const editor = new FakeEditor<CompareApi>();
  const stored: CompareState[] = [];
  const model = new CompareModel(
    editor,
    { ...INITIAL_COMPARE_STATE, ...state },
    { onChange: () => undefined, store: (kept) => stored.push(kept) },
  );
  return { editor, model, stored };
}

async function load(stage: ReturnType<typeof setUp>, pair = PAIR, images = IMAGES): Promise<void> {
  void stage.model.start();
  stage.editor.take('compare/load').answer(pair);
  await settle();
  stage.editor.take('compare/relevance').answer({ reports: [] });
  stage.editor.take('compare/images').answer(images);
  await settle();
}

describe('a comparison', () => {
  test('loads runs, then images and relevance, then maps', async () => {
    const stage = setUp();
    const { editor, model, stored } = stage;
    assert.equal(model.load.status, 'waiting');
    await load(stage);
    assert.deepEqual(
      model.runs?.map(({ folder }) => folder),
      ['a', 'b'],
    );
    assert.deepEqual(stored.at(-1)?.runs, ['a', 'b']);
    const picture = model.picture('1');
    assert.deepEqual(picture.status === 'ready' && [...picture.value.pixels], [20]);
    const asked = editor.take('compare/maps');
    assert.deepEqual(
      [asked.params.run, asked.params.ids, asked.params.request.kind],
      ['a', ['0', '1'], 'saliency'],
    );
  });

  test('shows the runs the other way round when they are swapped, also after it was hidden', async () => {
    const first = setUp();
    await load(first);
    first.model.swap();
    const order = (model: CompareModel): string[] => (model.runs ?? []).map(({ folder }) => folder);
    assert.deepEqual(order(first.model), ['b', 'a']);
    const again = setUp(first.stored.at(-1));
    await load(again);
    assert.deepEqual(order(again.model), ['b', 'a']);
    // Other runs come in their own order.
    const others = setUp(first.stored.at(-1));
    await load(others, { ...PAIR, runs: [run('b'), run('c')] });
    assert.deepEqual(order(others.model), ['b', 'c']);
  });

  test('asks for other images when others are chosen, and cancels what is under way for these', async () => {
    const stage = setUp();
    await load(stage);
    const { editor, model } = stage;
    const asked = editor.take('compare/maps');
    model.update({ count: 16 });
    assert.equal(asked.signal?.aborted, true);
    assert.deepEqual(editor.take('compare/images').params, { kind: 'split', split: 'val', count: 16 });
    assert.equal(model.images.status, 'waiting');
    // An answer to an earlier wish is not shown.
    model.update({ count: 4 });
    const late = editor.take('compare/images');
    model.update({ split: 'train' });
    late.answer(IMAGES);
    await settle();
    assert.equal(model.images.status, 'waiting');
  });

  test('asks for nothing when only the colours are others', async () => {
    const stage = setUp();
    await load(stage);
    const { editor, model } = stage;
    const asked = editor.take('compare/maps');
    const { maps: before } = model.state;
    model.update({
      isSigned: false,
      maps: { ...before, saliencyLook: { ...before.saliencyLook, opacity: 1 } },
    });
    assert.deepEqual(editor.methods, []);
    assert.equal(asked.signal?.aborted, false);
  });

  test('loads no model in Restricted Mode, and shows the images', async () => {
    const stage = setUp({ open: ['0'] });
    await load(stage, { ...PAIR, canExplain: false });
    assert.equal(stage.model.picture('0').status, 'ready');
    assert.deepEqual(stage.editor.methods, []);
  });

  test('searches the open rows of both runs, and gives up those that are closed', async () => {
    const stage = setUp();
    await load(stage);
    const { editor, model } = stage;
    model.toggle('1');
    const asked = [editor.take('compare/adversarial'), editor.take('compare/adversarial')];
    assert.deepEqual(
      asked.map(({ params }) => [params.run, params.id]),
      [
        ['a', '1'],
        ['b', '1'],
      ],
    );
    asked[1].fail(new TsyndError('run/incomplete', 'There is no autoencoder.'));
    await settle();
    assert.equal(model.explanation(run('b'), '1').status, 'failed');
    assert.equal(model.hasFailures, true);
    model.toggle('1');
    assert.equal(asked[0].signal?.aborted, true);
  });

  test('sums up each run by its own maps', async () => {
    const stage = setUp();
    await load(stage);
    const { editor, model } = stage;
    for (const flippedAt of [0, 0, 3, 7]) {
      const asked = editor.take('compare/maps');
      asked.answer(maps(asked.params.ids, flippedAt));
      await settle();
    }
    assert.deepEqual(
      [run('a'), run('b')].map((one) => model.summary(one).median?.steps),
      [3, 7],
    );
  });

  test('says why the runs or the images cannot be had, and tries again', async () => {
    const { editor, model } = setUp();
    void model.start();
    editor.take('compare/load').fail(new TsyndError('run/not-found', 'It is gone.', { remedy: 'Choose.' }));
    await settle();
    assert.deepEqual(model.load, {
      status: 'failed',
      failure: { message: 'It is gone.', remedy: 'Choose.' },
    });
    void model.start();
    editor.take('compare/load').answer(PAIR);
    await settle();
    editor.take('compare/images').fail(new TsyndError('dataset/not-found', 'The dataset is gone.'));
    await settle();
    assert.equal(model.images.status, 'failed');
    model.retry();
    editor.take('compare/images').answer(IMAGES);
    await settle();
    assert.equal(model.images.status, 'ready');
  });
});

describe('files', () => {
  const FILES: ComparedImages = {
    images: [
      { id: 'file-0', title: 'one.png' },
      { id: 'file-1', title: 'two.png' },
    ],
    notices: [],
  };

  test('that come with the command are shown first, and read one by one, those in sight first', async () => {
    const stage = setUp();
    const pair = { ...PAIR, files: ['/data/one.png', '/data/two.png'] };
    void stage.model.start();
    const { editor, model } = stage;
    editor.take('compare/load').answer(pair);
    await settle();
    const asked = editor.take('compare/images');
    assert.deepEqual(asked.params, { kind: 'files' });
    model.look(['file-1']);
    asked.answer(FILES);
    await settle();
    const first = editor.take('compare/pixels');
    assert.deepEqual(first.params, { id: 'file-1' });
    const read = { width: 1, height: 1, channels: 1, bitDepth: 8, format: 'png' } as const;
    first.answer({ pixels: new Uint8Array([5]), ...read });
    await settle();
    assert.equal(model.picture('file-1').status, 'ready');
    editor.take('compare/pixels').fail(new TsyndError('image/unreadable', 'It is no image.'));
    await settle();
    assert.equal(model.picture('file-0').status, 'failed');
    model.retry();
    assert.deepEqual(editor.take('compare/pixels').params, { id: 'file-0' });
  });

  test('stay put away once a person has chosen a split', async () => {
    const files = ['/data/one.png'];
    const stage = setUp({ runs: ['a', 'b'], files, showsFiles: false });
    void stage.model.start();
    stage.editor.take('compare/load').answer({ ...PAIR, files });
    await settle();
    assert.equal(stage.editor.take('compare/images').params.kind, 'split');
  });
});

describe('measuring', () => {
  test('is followed as the editor tells it, and its end brings the new numbers', async () => {
    const stage = setUp();
    await load(stage);
    const { editor, model } = stage;
    const { relevance } = model;
    void relevance.measure({
      saliency: model.state.maps.saliency,
      adversarial: model.state.maps.adversarial,
    });
    editor.take('compare/measure').answer(null);
    relevance.told({ done: 3, total: 9 });
    const { measured } = relevance;
    assert.deepEqual(measured.status === 'ready' && measured.value.measuring, { done: 3, total: 9 });
    relevance.told(null);
    editor.take('compare/relevance').answer({ reports: [], failure: { message: 'It broke.' } });
    await settle();
    const after = relevance.measured;
    assert.deepEqual(after.status === 'ready' && [after.value.measuring, after.value.failure?.message], [
      undefined,
      'It broke.',
    ]);
  });

  test('that is refused says why', async () => {
    const stage = setUp();
    await load(stage);
    const { relevance, state } = stage.model;
    void relevance.measure({ saliency: state.maps.saliency, adversarial: state.maps.adversarial });
    stage.editor.take('compare/measure').fail(new TsyndError('process/unavailable', 'It is off.'));
    await settle();
    const { measured } = relevance;
    assert.equal(measured.status === 'ready' && measured.value.failure?.message, 'It is off.');
  });
});
