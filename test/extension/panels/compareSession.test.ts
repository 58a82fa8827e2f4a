import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompareSession,
  type CompareEditor,
  type Comparison,
} from '../../../src/extension/panels/compareSession.ts';
import type { CompareApi, CompareEvents, MeasuringProgress } from '../../../src/protocol/compareApi.ts';
import type { ComputeApi } from '../../../src/protocol/computeApi.ts';
import type { NoApi } from '../../../src/protocol/envelope.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  type AdversarialExplanation,
  type MapBatch,
} from '../../../src/protocol/explanations.ts';
import { makeSettings } from '../../../src/protocol/generateChoices.ts';
import type { ImageRef } from '../../../src/protocol/imageData.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import type { RelevanceReport } from '../../../src/protocol/relevance.ts';
import { RpcPeer } from '../../../src/protocol/rpcPeer.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { memoryPipe, settle } from '../../protocol/memoryPipe.ts';
import { FakeProcess } from './fakeProcess.ts';

const FOLDERS = ['/data/.tsynd/runs'];
const A = '/data/.tsynd/runs/a';
const B = '/data/.tsynd/runs/b';
const SALIENCY = { kind: 'saliency', choices: DEFAULT_SALIENCY } as const;
const VALIDATION = { kind: 'split', split: 'val', count: 4 } as const;

function summary(folder: string, change: Partial<RunSummary> = {}): RunSummary {
  const method = folder === A ? 'baseline' : 'mi';
  return {
    folder,
    id: folder.slice(-1),
    status: 'finished',
    isElsewhere: false,
    samples: 0,
    settings: makeSettings({ method, preset: 'quick', seed: 0, fraction: 1 }),
    dataset: {
      name: 'breast',
      path: '/data/breast',
      format: 'folder',
      task: 'binary-class',
      classNames: ['benign', 'malignant'],
      channels: 1,
      imageSize: 1,
      sha256: 'a'.repeat(64),
    },
    ...change,
  };
}

/** Two images of one pixel, as a run that drew its splits from `seed` has them. */
function datasetImages(run: string, seed = 0): LibraryApi['run/datasetImages']['result'] {
  const images = [0, 1].map((index) => ({
    image: { kind: 'dataset', run, split: 'val', index: index + seed } as const,
    title: `scan-${index + seed}.png`,
    className: index === 0 ? 'benign' : 'malignant',
  }));
  const pixels = new Uint8Array([10 + seed, 20 + seed]);
  return { images, pixels: { ids: ['0', '1'], pixels, width: 1, height: 1, channels: 1, missing: [] } };
}

function report(run: string, measuredAt = '2026-01-01T00:00:00.000Z'): RelevanceReport {
  return {
    run: run.slice(-1),
    measuredAt,
    split: 'val',
    images: 4,
    masked: 0,
    classifierSha256: '0',
    datasetSha256: '0',
    seed: 0,
    bootstrapSamples: 100,
    saliencyChoices: DEFAULT_SALIENCY,
    adversarialChoices: DEFAULT_ADVERSARIAL,
    saliency: {},
    adversarial: {},
  };
}

const MAPS: MapBatch = {
  values: new Float32Array([1]),
  width: 1,
  height: 1,
  found: [0],
  facts: [{ target: 0, probability: 0.75 }],
  missing: [],
};
const EXPLANATION: AdversarialExplanation = {
  target: 0,
  probability: 0.75,
  change: { probs: [0.7, 0.4], flippedAt: 1, l2: 1, area: 1 },
  channels: 1,
  width: 1,
  height: 1,
  original: new Float32Array([0]),
  reconstruction: new Float32Array([0]),
  adversarial: new Float32Array([1]),
};

type Editor = { -readonly [Key in keyof CompareEditor]: CompareEditor[Key] };

function start(comparison: Comparison = { runs: [A, B], files: [] }) {
  const library = new FakeProcess<LibraryApi>({
    'run/summary': ({ run }) => summary(run),
    'run/datasetImages': ({ run }) => datasetImages(run),
    'run/relevance': () => [],
    'image/describe': () => ({ className: 'benign', runs: [] }),
  });
  const compute = new FakeProcess<ComputeApi>({
    'explain/maps': () => MAPS,
    'explain/adversarial': () => EXPLANATION,
  });
  const calls: string[] = [];
  const editor: Editor = {
    library,
    compute,
    runFolders: FOLDERS,
    canExplain: true,
    chooseRuns: () => calls.push('chooseRuns'),
    loaded: ([first, second]) => calls.push(`loaded ${first.id} ${second.id}`),
  };
  const [hostEnd, pageEnd] = memoryPipe();
  const session = new CompareSession(editor, comparison, hostEnd);
  const page = new RpcPeer<NoApi, CompareApi, object, CompareEvents>(pageEnd, {});
  const told: (MeasuringProgress | null)[] = [];
  page.on('compare/measuring', (progress) => told.push(progress));
  /** The page is destroyed while it is hidden, and starts anew. */
  const reopen = (): typeof page => new RpcPeer<NoApi, CompareApi, object, CompareEvents>(pageEnd, {});
  return { library, compute, editor, session, page, calls, told, reopen };
}

async function startWithImages(comparison?: Comparison) {
  const stage = start(comparison);
  await stage.page.request('compare/load', null);
  const images = await stage.page.request('compare/images', VALIDATION);
  return { ...stage, images };
}

describe('the two runs', () => {
  test('are told with the files that were chosen and whether models may be loaded', async () => {
    const { page, calls, editor } = start({ runs: [A, B], files: ['/data/x.png'] });
    editor.canExplain = false;
    const { runs, files, canExplain } = await page.request('compare/load', null);
    assert.deepEqual(
      runs.map(({ folder }) => folder),
      [A, B],
    );
    assert.deepEqual([files, canExplain], [['/data/x.png'], false]);
    assert.deepEqual(calls, ['loaded a b']);
  });

  test('must be finished, readable and of one dataset', async () => {
    const dataset = { ...summary(B).dataset!, sha256: 'b'.repeat(64) };
    const cases: readonly (readonly [Partial<RunSummary>, string])[] = [
      [{ status: 'stopped' }, 'run/incomplete'],
      [{ status: 'unreadable', problem: 'run.json is damaged.' }, 'run/corrupt'],
      [{ dataset }, 'run/settings-differ'],
    ];
    for (const [change, code] of cases) {
      const { page, library, calls } = start();
      library.answers['run/summary'] = ({ run }) => summary(run, run === B ? change : {});
      await assert.rejects(page.request('compare/load', null), { code });
      await assert.rejects(page.request('compare/images', VALIDATION), { code: 'cancelled' });
      assert.deepEqual(calls, []);
    }
  });

  test('are the only ones that may be asked', async () => {
    const { page, compute } = await startWithImages();
    const asked = { run: '/tmp/model', ids: ['0'], request: SALIENCY };
    await assert.rejects(page.request('compare/maps', asked), { code: 'run/not-found' });
    const choices = DEFAULT_ADVERSARIAL;
    await assert.rejects(page.request('compare/adversarial', { run: '/tmp/model', id: '0', choices }), {
      code: 'run/not-found',
    });
    assert.deepEqual(compute.asked, []);
  });

  test('can be exchanged for others, and then the old ones are not asked any more', async () => {
    const { page, session, calls } = await startWithImages();
    let changes = 0;
    page.on('compare/changed', () => changes++);
    await page.request('compare/chooseRuns', null);
    assert.deepEqual(calls, ['loaded a b', 'chooseRuns']);
    session.show({ runs: [A, '/data/.tsynd/runs/c'], files: [] });
    await settle();
    assert.equal(changes, 1);
    await assert.rejects(page.request('compare/maps', { run: A, ids: ['0'], request: SALIENCY }), {
      code: 'cancelled',
    });
    await page.request('compare/load', null);
    await assert.rejects(page.request('compare/maps', { run: B, ids: [], request: SALIENCY }), {
      code: 'run/not-found',
    });
  });
});

describe('the images', () => {
  test('of a split come with their pixels, and each run knows them by its own name', async () => {
    const { page, compute, images, library } = await startWithImages();
    assert.deepEqual(images.images, [
      { id: '0', title: 'scan-0.png', className: 'benign' },
      { id: '1', title: 'scan-1.png', className: 'malignant' },
    ]);
    assert.deepEqual([...(images.pixels?.pixels ?? [])], [10, 20]);
    assert.deepEqual(images.notices, []);
    assert.deepEqual(library.asked.at(-1)?.params, { run: B, split: 'val', limit: 4 });

    assert.deepEqual(await page.request('compare/maps', { run: B, ids: ['1'], request: SALIENCY }), MAPS);
    const choices = DEFAULT_ADVERSARIAL;
    assert.deepEqual(await page.request('compare/adversarial', { run: A, id: '0', choices }), EXPLANATION);
    const imageOf = (run: string, index: number): ImageRef => ({ kind: 'dataset', run, split: 'val', index });
    assert.deepEqual(compute.asked, [
      {
        method: 'explain/maps',
        params: { run: B, comparedWith: A, images: [imageOf(B, 1)], request: SALIENCY },
      },
      { method: 'explain/adversarial', params: { run: A, comparedWith: B, image: imageOf(A, 0), choices } },
    ]);
  });

  test('of runs that drew other splits are the first one’s for both, with a warning', async () => {
    const { page, library, compute } = start();
    library.answers['run/datasetImages'] = ({ run }) => datasetImages(run, run === B ? 5 : 0);
    await page.request('compare/load', null);
    const { images, notices } = await page.request('compare/images', VALIDATION);
    assert.equal(images[0].title, 'scan-0.png');
    assert.equal(notices.length, 1);
    assert.match(notices[0].message, /different splits.*b may have trained on some of them/);
    await page.request('compare/maps', { run: B, ids: ['0'], request: SALIENCY });
    const image = { kind: 'dataset', run: A, split: 'val', index: 0 };
    assert.deepEqual(compute.asked.at(-1)?.params, {
      run: B,
      comparedWith: A,
      images: [image],
      request: SALIENCY,
    });
  });

  test('with the same names but other pixels are other images', async () => {
    const { page, library } = start();
    library.answers['run/datasetImages'] = ({ run }) => {
      const found = datasetImages(run);
      const pixels = new Uint8Array(run === B ? [10, 21] : [10, 20]);
      return { ...found, pixels: { ...found.pixels, pixels } };
    };
    await page.request('compare/load', null);
    assert.equal((await page.request('compare/images', VALIDATION)).notices.length, 1);
  });

  test('that a person chose are files, with their classes where these are known', async () => {
    const files = ['/data/x/one.png', '/data/x/two.png'];
    const { page, library, compute } = start({ runs: [A, B], files });
    library.answers['image/describe'] = ({ image }) => {
      if (image.kind === 'file' && image.path === files[1]) throw new Error('unreadable');
      return { className: 'benign', runs: [] };
    };
    const pixels = new Uint8Array([7]);
    const read = { pixels, width: 1, height: 1, channels: 1, bitDepth: 8, format: 'png' } as const;
    library.answers['image/read'] = () => read;
    await page.request('compare/load', null);
    const found = await page.request('compare/images', { kind: 'files' });
    assert.deepEqual(
      found.images.map(({ title, className }) => [title, className]),
      [
        ['one.png', 'benign'],
        ['two.png', undefined],
      ],
    );
    assert.equal(found.pixels, undefined);
    const { id } = found.images[0];
    assert.deepEqual(await page.request('compare/pixels', { id }), read);
    await page.request('compare/maps', { run: B, ids: [id], request: SALIENCY });
    const images = [{ kind: 'file', path: files[0] }];
    assert.deepEqual(compute.asked.at(-1)?.params, { run: B, comparedWith: A, images, request: SALIENCY });
  });

  test('that were not offered are not read, whoever asks', async () => {
    const { page, library, compute } = await startWithImages();
    const before = library.asked.length;
    await assert.rejects(page.request('compare/pixels', { id: '/etc/passwd' }), { code: 'cancelled' });
    await assert.rejects(page.request('compare/maps', { run: A, ids: ['7'], request: SALIENCY }), {
      code: 'cancelled',
    });
    assert.equal(library.asked.length, before);
    assert.deepEqual(compute.asked, []);
  });

  test('are asked for in counts and splits that exist only', async () => {
    const { page } = start();
    await page.request('compare/load', null);
    for (const params of [
      { kind: 'split', split: 'val', count: 5 },
      { kind: 'split', split: 'all', count: 4 },
      { kind: 'files', path: '/etc/passwd' },
    ]) {
      const wrong = params as unknown as typeof VALIDATION;
      await assert.rejects(page.request('compare/images', wrong), { code: 'process/protocol' });
    }
  });
});

describe('an untrusted workspace', () => {
  test('shows images and what was measured, and loads no model', async () => {
    const { page, editor, compute, library } = start();
    editor.canExplain = false;
    library.answers['run/relevance'] = ({ run }) => [report(run)];
    await page.request('compare/load', null);
    assert.equal((await page.request('compare/images', VALIDATION)).images.length, 2);
    assert.equal((await page.request('compare/relevance', null)).reports.length, 2);
    const off = { code: 'process/unavailable', message: 'Explanations are off in Restricted Mode.' };
    const choices = DEFAULT_ADVERSARIAL;
    const measured = { saliency: DEFAULT_SALIENCY, adversarial: choices };
    await assert.rejects(page.request('compare/maps', { run: A, ids: ['0'], request: SALIENCY }), off);
    await assert.rejects(page.request('compare/adversarial', { run: A, id: '0', choices }), off);
    await assert.rejects(page.request('compare/measure', measured), off);
    assert.deepEqual(compute.asked, []);
  });
});

describe('measured relevance', () => {
  const CHOICES = { limit: 4, saliency: DEFAULT_SALIENCY, adversarial: DEFAULT_ADVERSARIAL };

  test('is the latest report of each run', async () => {
    const { page, library } = start();
    library.answers['run/relevance'] = ({ run }) =>
      run === A ? [report(run, '2026-01-02T00:00:00.000Z'), report(run)] : [];
    await page.request('compare/load', null);
    const { reports, comparison } = await page.request('compare/relevance', null);
    assert.deepEqual(
      reports.map(({ run, measuredAt }) => [run, measuredAt]),
      [['a', '2026-01-02T00:00:00.000Z']],
    );
    assert.equal(comparison, undefined);
  });

  test('is measured of both runs on validation images, and the comparison is kept', async () => {
    const { page, compute, library, told } = start();
    let finish = (): void => undefined;
    compute.answers['explain/relevance'] = async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      const differences = { saliency: {}, adversarial: {} };
      const [first, second] = [report(A), { ...report(B), against: { run: 'a', ...differences } }];
      library.answers['run/relevance'] = ({ run }) => [run === A ? first : second];
      return { report: first, comparison: { first, second, ...differences } };
    };
    await page.request('compare/load', null);
    await page.request('compare/measure', CHOICES);
    await settle();
    assert.deepEqual(compute.asked, [
      { method: 'explain/relevance', params: { run: A, against: B, split: 'val', ...CHOICES } },
    ]);
    assert.deepEqual((await page.request('compare/relevance', null)).measuring, { done: 0, total: 0 });
    // A second wish meanwhile starts no second measurement.
    await page.request('compare/measure', CHOICES);
    assert.equal(compute.asked.length, 1);
    finish();
    await settle();
    assert.deepEqual(told, [{ done: 0, total: 0 }, null]);
    const measured = await page.request('compare/relevance', null);
    assert.equal(measured.comparison?.first.run, 'a');
    assert.equal(measured.measuring, undefined);

    // Another measurement of one run makes the comparison one of the past.
    const { 'run/relevance': known } = library.answers;
    library.answers['run/relevance'] = (params, context) =>
      params.run === A ? [report(A, '2026-01-03T00:00:00.000Z')] : (known?.(params, context) ?? []);
    assert.equal((await page.request('compare/relevance', null)).comparison, undefined);
  });

  test('outlives a page that is hidden, and ends with a wish or with the panel', async () => {
    for (const end of ['wish', 'panel'] as const) {
      const { page, session, compute, reopen } = start();
      let signal: AbortSignal | undefined;
      compute.answers['explain/relevance'] = (_params, asked) => {
        signal = asked;
        return new Promise(() => undefined);
      };
      await page.request('compare/load', null);
      await page.request('compare/measure', CHOICES);
      const again = reopen();
      assert.notEqual((await again.request('compare/relevance', null)).measuring, undefined);
      assert.equal(signal?.aborted, false);
      if (end === 'wish') await again.request('compare/stopMeasuring', null);
      else session.dispose();
      assert.equal(signal.aborted, true);
      if (end === 'wish') assert.equal((await again.request('compare/relevance', null)).measuring, undefined);
    }
  });

  test('that fails says why until the next one', async () => {
    const { page, compute, told } = start();
    compute.answers['explain/relevance'] = () => {
      throw new Error('It broke.');
    };
    await page.request('compare/load', null);
    await page.request('compare/measure', CHOICES);
    await settle();
    assert.equal(told.at(-1), null);
    assert.deepEqual((await page.request('compare/relevance', null)).failure, { message: 'It broke.' });
    compute.answers['explain/relevance'] = () => new Promise(() => undefined);
    await page.request('compare/measure', CHOICES);
    assert.equal((await page.request('compare/relevance', null)).failure, undefined);
  });
});
