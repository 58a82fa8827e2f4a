import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InspectorSession, type InspectorEditor } from '../../../src/extension/panels/inspectorSession.ts';
import { shownFile } from '../../../src/extension/panels/shownImage.ts';
import type { ComputeApi, Prediction } from '../../../src/protocol/computeApi.ts';
import { earlyKey } from '../../../src/protocol/earlyKey.ts';
import type { NoApi } from '../../../src/protocol/envelope.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  type AdversarialExplanation,
  type MapBatch,
} from '../../../src/protocol/explanations.ts';
import type { ImagePixels, ImageRef } from '../../../src/protocol/imageData.ts';
import type {
  EarlyAnswer,
  InspectedImage,
  InspectorApi,
  InspectorEvents,
} from '../../../src/protocol/inspectorApi.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import { RpcPeer } from '../../../src/protocol/rpcPeer.ts';
import { memoryPipe, settle } from '../../protocol/memoryPipe.ts';
import { FakeProcess } from './fakeProcess.ts';

const FOLDERS = ['/data/.tsynd/runs'];
const RUN = '/data/.tsynd/runs/one';
const OTHER_RUN = '/data/.tsynd/runs/other';
const SHOWN = shownFile({ scheme: 'file', path: '/data/a.png', fsPath: '/data/a.png' }, 'a.png');
const OTHER = shownFile({ scheme: 'file', path: '/data/b.png', fsPath: '/data/b.png' }, 'b.png');
const PIXELS: ImagePixels = {
  pixels: new Uint8Array([7]),
  width: 1,
  height: 1,
  channels: 1,
  bitDepth: 8,
  format: 'png',
};
const PREDICTION: Prediction = {
  run: RUN,
  classNames: ['a', 'b'],
  probs: [0.25, 0.75],
  predictiveEntropy: 0.56,
  mutualInformation: 0.02,
  numMcSamples: 20,
  resizedTo: 28,
};

const MAPS: MapBatch = {
  values: Float32Array.of(1),
  width: 1,
  height: 1,
  found: [0],
  facts: [{ target: 1, probability: 0.75 }],
  missing: [],
};
const ADVERSARIAL: AdversarialExplanation = {
  target: 1,
  probability: 0.75,
  change: { probs: [0.7, 0.4], flippedAt: 1, l2: 0.1, area: 0.5 },
  channels: 1,
  width: 1,
  height: 1,
  original: Float32Array.of(0.1),
  reconstruction: Float32Array.of(0.2),
  adversarial: Float32Array.of(0.3),
};
const SALIENCY = { kind: 'saliency', choices: DEFAULT_SALIENCY } as const;

type Editor = { -readonly [Key in keyof InspectorEditor]: InspectorEditor[Key] };

interface Stage {
  readonly editor: Editor;
  readonly library: FakeProcess<LibraryApi>;
  readonly compute: FakeProcess<ComputeApi>;
  readonly session: InspectorSession;
  readonly page: RpcPeer<NoApi, InspectorApi, object, InspectorEvents>;
  readonly shown: (InspectedImage | null)[];
  readonly early: EarlyAnswer[];
}

function start(first: typeof SHOWN | undefined = SHOWN): Stage {
  const library = new FakeProcess<LibraryApi>({
    'image/read': () => PIXELS,
    'image/describe': () => ({
      className: 'a',
      runs: [RUN, OTHER_RUN].map((folder) => ({
        folder,
        id: folder.slice(folder.lastIndexOf('/') + 1),
        status: 'finished',
        isElsewhere: false,
        samples: 1,
      })),
    }),
  });
  const compute = new FakeProcess<ComputeApi>({
    'image/predict': () => PREDICTION,
    'explain/maps': () => MAPS,
    'explain/adversarial': () => ADVERSARIAL,
  });
  const editor: Editor = {
    library,
    compute,
    runFolders: FOLDERS,
    canPredict: true,
    chosenRun: undefined,
    comparedRun: undefined,
  };
  const [hostEnd, pageEnd] = memoryPipe();
  const session = new InspectorSession(editor, first, hostEnd);
  const page = new RpcPeer<NoApi, InspectorApi, object, InspectorEvents>(pageEnd, {});
  const shown: (InspectedImage | null)[] = [];
  page.on('inspector/show', (image) => shown.push(image));
  const early: EarlyAnswer[] = [];
  page.on('inspector/early', (answer) => early.push(answer));
  return { editor, library, compute, session, page, shown, early };
}

const image: ImageRef = SHOWN.image;

describe('an inspector', () => {
  test('tells what it shows, or that it shows nothing', async () => {
    const { page, editor } = start();
    const expected = { image, title: 'a.png', location: 'a.png', canPredict: true };
    assert.deepEqual(await page.request('inspector/load', null), expected);
    editor.chosenRun = RUN;
    editor.canPredict = false;
    const changed = { ...expected, run: RUN, canPredict: false };
    assert.deepEqual(await page.request('inspector/load', null), changed);

    const [hostEnd, pageEnd] = memoryPipe();
    new InspectorSession(editor, undefined, hostEnd);
    const empty = new RpcPeer<NoApi, InspectorApi>(pageEnd, {});
    assert.equal(await empty.request('inspector/load', null), null);
  });

  test('gives pixels, what is known, and a prediction of the image that it shows', async () => {
    const { page, library, compute } = start();
    assert.deepEqual(await page.request('inspector/pixels', { image }), PIXELS);
    assert.equal((await page.request('inspector/describe', { image })).className, 'a');
    assert.deepEqual(await page.request('inspector/predict', { image, run: RUN }), PREDICTION);
    assert.deepEqual(library.asked, [
      { method: 'image/read', params: { image } },
      { method: 'image/describe', params: { image, folders: FOLDERS } },
    ]);
    assert.deepEqual(compute.asked, [{ method: 'image/predict', params: { image, run: RUN } }]);
  });

  test('gives maps of the image that it shows, by the runs that go with it', async () => {
    const { page, compute } = start();
    await page.request('inspector/describe', { image });
    assert.deepEqual(await page.request('inspector/maps', { image, run: RUN, request: SALIENCY }), MAPS);
    const choices = { ...DEFAULT_ADVERSARIAL, steps: 10 };
    assert.deepEqual(await page.request('inspector/adversarial', { image, run: RUN, choices }), ADVERSARIAL);
    assert.deepEqual(compute.asked, [
      { method: 'explain/maps', params: { run: RUN, images: [image], request: SALIENCY } },
      { method: 'explain/adversarial', params: { run: RUN, image, choices } },
    ]);
  });

  test('says which run stands beside the explained one, and it too must go with the image', async () => {
    const { page, compute } = start();
    const choices = DEFAULT_ADVERSARIAL;
    await page.request('inspector/describe', { image });
    for (const comparedWith of ['/tmp/model', '']) {
      const runs = { image, run: RUN, comparedWith };
      const refused = { code: comparedWith === '' ? 'process/protocol' : 'run/not-found' };
      await assert.rejects(page.request('inspector/maps', { ...runs, request: SALIENCY }), refused);
      await assert.rejects(page.request('inspector/adversarial', { ...runs, choices }), refused);
    }
    assert.deepEqual(compute.asked, []);
    const pair = { run: RUN, comparedWith: OTHER_RUN };
    await page.request('inspector/maps', { ...pair, image, request: SALIENCY });
    await page.request('inspector/adversarial', { ...pair, image, choices });
    assert.deepEqual(compute.asked, [
      { method: 'explain/maps', params: { ...pair, images: [image], request: SALIENCY } },
      { method: 'explain/adversarial', params: { ...pair, image, choices } },
    ]);
  });

  test('remembers which run to compare with, or none', async () => {
    const { page, editor } = start();
    await assert.rejects(page.request('inspector/compareWith', { run: RUN }), { code: 'run/not-found' });
    await page.request('inspector/describe', { image });
    await page.request('inspector/compareWith', { run: RUN });
    assert.equal(editor.comparedRun, RUN);
    assert.equal((await page.request('inspector/load', null))?.against, RUN);
    await page.request('inspector/compareWith', { run: null });
    assert.equal(editor.comparedRun, undefined);
  });

  test('reads no other file, whoever asks', async () => {
    const { page, library, compute, session } = start();
    const others: ImageRef[] = [
      { kind: 'file', path: '/etc/passwd' },
      { kind: 'source', run: RUN, sampleId: 's0' },
      { kind: 'synthetic', run: RUN, sampleId: 's0' },
      { kind: 'dataset', run: RUN, split: 'test', index: 0 },
      { kind: 'scored', folder: RUN, id: 'train/0' },
    ];
    for (const other of others) {
      await assert.rejects(page.request('inspector/pixels', { image: other }), { code: 'cancelled' });
      await assert.rejects(page.request('inspector/describe', { image: other }), { code: 'cancelled' });
      await assert.rejects(page.request('inspector/predict', { image: other, run: RUN }), {
        code: 'cancelled',
      });
      await assert.rejects(page.request('inspector/maps', { image: other, run: RUN, request: SALIENCY }), {
        code: 'cancelled',
      });
    }
    session.show(OTHER);
    await assert.rejects(page.request('inspector/pixels', { image }), { code: 'cancelled' });
    assert.deepEqual([...library.asked, ...compute.asked], []);
  });

  test('loads and remembers no model but those that go with the image', async () => {
    const { page, editor, compute } = start();
    const refused = { code: 'run/not-found' };
    await assert.rejects(page.request('inspector/predict', { image, run: RUN }), refused);
    await page.request('inspector/describe', { image });
    await assert.rejects(page.request('inspector/predict', { image, run: '/tmp/model' }), refused);
    await assert.rejects(page.request('inspector/chooseRun', { run: '/tmp/model' }), refused);
    const foreign = { image, run: '/tmp/model' };
    await assert.rejects(page.request('inspector/maps', { ...foreign, request: SALIENCY }), refused);
    const choices = DEFAULT_ADVERSARIAL;
    await assert.rejects(page.request('inspector/adversarial', { ...foreign, choices }), refused);
    await page.request('inspector/chooseRun', { run: RUN });
    assert.equal(editor.chosenRun, RUN);
    assert.deepEqual(compute.asked, []);
  });

  test('predicts nothing in an untrusted workspace, and everything else works', async () => {
    const { page, editor, compute } = start();
    editor.canPredict = false;
    await page.request('inspector/describe', { image });
    assert.deepEqual(await page.request('inspector/pixels', { image }), PIXELS);
    await assert.rejects(page.request('inspector/predict', { image, run: RUN }), {
      code: 'process/unavailable',
      message: 'Predictions are off in Restricted Mode.',
    });
    const refused = { code: 'process/unavailable', message: 'Maps are off in Restricted Mode.' };
    await assert.rejects(page.request('inspector/maps', { image, run: RUN, request: SALIENCY }), refused);
    const choices = DEFAULT_ADVERSARIAL;
    await assert.rejects(page.request('inspector/adversarial', { image, run: RUN, choices }), refused);
    assert.deepEqual(compute.asked, []);
  });

  test('says why nothing can be read of a virtual file', async () => {
    const virtual = { scheme: 'vscode-vfs', path: '/github/scan.png', fsPath: '/github/scan.png' };
    const shown = shownFile(virtual, 'scan.png');
    const { page, library } = start(shown);
    const inspected = await page.request('inspector/load', null);
    assert.equal(inspected?.title, 'scan.png');
    await assert.rejects(page.request('inspector/pixels', { image: shown.image }), {
      code: 'image/unreadable',
      message: "scan.png is in a virtual file system ('vscode-vfs'), and TSynD reads files on the disk only.",
    });
    assert.deepEqual(library.asked, []);
  });

  test('tells the page when another image is shown, or none, and when the same one has changed', async () => {
    const { session, shown } = start();
    session.show(OTHER);
    session.refresh();
    session.show(undefined);
    await settle();
    assert.deepEqual(
      shown.map((inspected) => inspected?.title ?? null),
      ['b.png', 'b.png', null],
    );
  });

  test('answers about the next image before it is asked, with the maps that the page expects', async () => {
    const { page, session, library, compute, shown, early } = start();
    await page.request('inspector/load', null);
    await page.request('inspector/describe', { image });
    await page.request('inspector/expect', { maps: [{ run: RUN, request: SALIENCY }] });
    library.asked.length = 0;
    session.show(OTHER);
    await settle();
    const next = OTHER.image;
    assert.deepEqual(compute.asked, [
      { method: 'explain/maps', params: { run: RUN, images: [next], request: SALIENCY } },
    ]);
    assert.deepEqual(
      library.asked.map(({ method }) => method),
      ['image/read', 'image/describe'],
    );
    const keys = [
      earlyKey('inspector/maps', { image: next, run: RUN, request: SALIENCY }),
      earlyKey('inspector/pixels', { image: next }),
      earlyKey('inspector/describe', { image: next }),
    ];
    assert.deepEqual(shown[0]?.early, keys);
    assert.deepEqual(early.map(({ key }) => key).sort(), [...keys].sort());
    assert.deepEqual(early.find(({ key }) => key === keys[1])?.value, PIXELS);
  });

  test('expects no maps but of runs that go with the image, and reads nothing for a page that is hidden', async () => {
    const { page, session, library, compute } = start();
    const refused = { code: 'run/not-found' };
    await assert.rejects(
      page.request('inspector/expect', { maps: [{ run: '/tmp/model', request: SALIENCY }] }),
      refused,
    );
    session.show(OTHER);
    await page.request('inspector/load', null);
    session.pageHidden();
    session.show(SHOWN);
    await settle();
    assert.deepEqual([...library.asked, ...compute.asked], []);
  });

  test('leaves it to the page to ask for what cannot be had, and says then why', async () => {
    const { page, session, editor, early } = start();
    await page.request('inspector/load', null);
    await page.request('inspector/describe', { image });
    await page.request('inspector/expect', { maps: [{ run: RUN, request: SALIENCY }] });
    editor.canPredict = false;
    session.show(OTHER);
    await settle();
    const key = earlyKey('inspector/maps', { image: OTHER.image, run: RUN, request: SALIENCY });
    assert.deepEqual(
      early.find((answer) => answer.key === key),
      { key },
    );
  });

  test('refuses nonsense before anybody is asked', async () => {
    const { page, library } = start();
    const nonsense = { image: { ...image, kind: 'directory' } } as unknown as { image: ImageRef };
    await assert.rejects(page.request('inspector/pixels', nonsense), { code: 'process/protocol' });
    const choices = { ...DEFAULT_ADVERSARIAL, steps: 1e9 };
    await assert.rejects(page.request('inspector/adversarial', { image, run: RUN, choices }), {
      code: 'process/protocol',
    });
    assert.deepEqual(library.asked, []);
  });
});
