import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import type { GallerySubject } from '../../../src/extension/panels/galleryImages.ts';
import { GallerySession, type GalleryEditor } from '../../../src/extension/panels/gallerySession.ts';
import type { ComputeApi } from '../../../src/protocol/computeApi.ts';
import type { NoApi } from '../../../src/protocol/envelope.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { DEFAULT_SALIENCY, type MapBatch, type MapRequest } from '../../../src/protocol/explanations.ts';
import type { GalleryApi, GalleryEvents } from '../../../src/protocol/galleryApi.ts';
import type { ImageBatch } from '../../../src/protocol/imageData.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import { RpcPeer } from '../../../src/protocol/rpcPeer.ts';
import type { Notice, RunSummary } from '../../../src/protocol/runSummary.ts';
import type { CurationChange, SampleDetails, SampleTable } from '../../../src/protocol/sampleTable.ts';
import type { ScoreDetails, ScoresSummary, ScoreTable } from '../../../src/protocol/scoreTable.ts';
import { memoryPipe, settle, type PipeEnd } from '../../protocol/memoryPipe.ts';
import { FakeProcess } from './fakeProcess.ts';

const RUN = '/data/.tsynd/runs/20260101-120000-breast-mi';
const SUMMARY: RunSummary = { folder: RUN, id: 'run', status: 'finished', isElsewhere: false, samples: 1 };
const TABLE: SampleTable = {
  ids: ['s0'],
  labels: [0],
  predictedLabels: [1],
  miBefore: new Float32Array([0.01]),
  miAfter: new Float32Array([0.02]),
  entropyBefore: new Float32Array([0.1]),
  entropyAfter: new Float32Array([0.2]),
  latentDistance: new Float32Array([1]),
  numMcSamples: 20,
};
const DETAILS: SampleDetails = {
  id: 's0',
  record: { file: 'synthetic/0/s0.png' },
  probsBefore: [1],
  probsAfter: [1],
  source: { path: '/data/a.png', file: 'a.png', index: 0, exists: true },
};
const CHANGE: CurationChange = {
  changed: [{ id: 's0', decision: 'accepted' }],
  canUndo: true,
  canRedo: false,
};
const MAPS: MapBatch = {
  values: new Float32Array(4),
  width: 2,
  height: 2,
  found: [0],
  facts: [{ target: 0, probability: 0.9 }],
  missing: [],
};
const SALIENCY: MapRequest = { kind: 'saliency', choices: DEFAULT_SALIENCY };
const TORN: Notice = { severity: 'warning', message: 'samples.jsonl: a torn last line was left out.' };
const TORN_LOG: Notice = { severity: 'warning', message: 'curation.jsonl: a torn last line was left out.' };

interface Stage {
  readonly library: FakeProcess<LibraryApi>;
  readonly compute: FakeProcess<ComputeApi>;
  readonly permissions: { canExplain: boolean };
  readonly session: GallerySession;
  readonly page: RpcPeer<NoApi, GalleryApi, object, GalleryEvents>;
  readonly pageEnd: PipeEnd;
  /** What the session did in the editor. */
  readonly done: string[];
  readonly notices: (readonly Notice[])[];
}

function start(
  answers: FakeProcess<LibraryApi>['answers'] = {},
  subject: GallerySubject = { kind: 'samples', run: RUN },
): Stage {
  const library = new FakeProcess<LibraryApi>({
    'run/summary': () => SUMMARY,
    'run/samples': () => ({ table: TABLE, notices: [] }),
    'run/checkDataset': () => [],
    'curation/open': () => ({ decisions: { s0: 'accepted' }, canUndo: true, canRedo: false, notices: [] }),
    'curation/close': () => null,
    'curation/decide': () => CHANGE,
    'run/sample': () => DETAILS,
    ...answers,
  });
  const done: string[] = [];
  const compute = new FakeProcess<ComputeApi>({ 'explain/maps': () => MAPS });
  const permissions = { canExplain: true };
  const editor: GalleryEditor = {
    compute,
    get canExplain() {
      return permissions.canExplain;
    },
    openSource: ({ source }) => Promise.resolve(void done.push(`source ${source.path}`)),
    openScored: ({ source }) => Promise.resolve(void done.push(`scored ${source.path}`)),
    openSynthetic: ({ record }) => Promise.resolve(void done.push(`synthetic ${String(record.file)}`)),
    exportRun: () => done.push('export'),
    resumeRun: () => done.push('resume'),
    setTextFocus: (hasFocus) => done.push(`text focus ${hasFocus}`),
    asSeenHere: (summary) => ({ ...summary, isElsewhere: false }),
    loaded: ({ run }) => done.push(`loaded ${run.id}`),
  };
  const [hostEnd, pageEnd] = memoryPipe();
  const session = new GallerySession(subject, library, editor, hostEnd);
  const page = new RpcPeer<NoApi, GalleryApi, object, GalleryEvents>(pageEnd, {});
  const notices: (readonly Notice[])[] = [];
  page.on('gallery/notices', (value) => notices.push(value));
  return { library, compute, permissions, session, page, pageEnd, done, notices };
}

function crash({ library }: Stage): void {
  library.become({ health: 'crashed', message: 'The library process ended unexpectedly.' });
}

describe('loading a gallery', () => {
  test('answers with the run, its samples, its decisions and all that is wrong around it', async () => {
    const stage = start({
      'run/summary': () => ({ ...SUMMARY, status: 'running', isElsewhere: true }),
      'run/samples': () => ({ table: TABLE, notices: [TORN] }),
      'curation/open': () => ({
        decisions: { s0: 'accepted' },
        canUndo: true,
        canRedo: false,
        heldBy: 'Process 7 holds it.',
        notices: [TORN_LOG],
      }),
    });
    const snapshot = await stage.page.request('gallery/load', null);
    assert.deepEqual(snapshot, {
      kind: 'samples',
      run: { ...SUMMARY, status: 'running' },
      table: TABLE,
      curation: { decisions: { s0: 'accepted' }, canUndo: true, canRedo: false },
      heldBy: 'Process 7 holds it.',
      notices: [TORN, TORN_LOG],
    });
    assert.deepEqual(stage.done, ['loaded run']);
    assert.ok(stage.library.asked.every(({ params }) => (params as { run: string }).run === RUN));
  });

  test("says a run's own problem when it cannot be read", async () => {
    const fail = (): never => {
      throw new TsyndError('run/corrupt', 'The samples cannot be read.');
    };
    const { page } = start({
      'run/summary': () => ({ ...SUMMARY, status: 'unreadable', problem: 'run.json is of version 9.' }),
      'run/samples': fail,
      'curation/open': fail,
    });
    await assert.rejects(page.request('gallery/load', null), {
      code: 'run/corrupt',
      message: 'run.json is of version 9.',
    });
  });

  test('shows samples whose decisions cannot be read, and says so', async () => {
    const { page } = start({
      'curation/open': () => {
        throw new TsyndError('run/corrupt', 'curation.jsonl: line 3 is damaged.', { remedy: 'Delete it.' });
      },
    });
    const snapshot = await page.request('gallery/load', null);
    assert.ok(snapshot.kind === 'samples');
    const { curation, notices } = snapshot;
    assert.deepEqual(curation, { decisions: {}, canUndo: false, canRedo: false });
    assert.deepEqual(notices, [
      { severity: 'error', message: 'curation.jsonl: line 3 is damaged. Delete it.' },
    ]);
  });

  test('fails as a whole when the library process is gone, so that the page can try again', async () => {
    const { page } = start({
      'curation/open': () => {
        throw new TsyndError('process/exited', 'The library process ended.');
      },
    });
    await assert.rejects(page.request('gallery/load', null), { code: 'process/exited' });
  });
});

describe("the dataset's check", () => {
  const gone: Notice = { severity: 'warning', message: 'The dataset is not there any more.' };

  test('is made once, announced later, and part of every load after that', async () => {
    const { page, notices, library } = start({ 'run/checkDataset': () => [gone] });
    const first = await page.request('gallery/load', null);
    assert.deepEqual(first.notices, []);
    await settle();
    assert.deepEqual(notices, [[gone]]);
    const second = await page.request('gallery/load', null);
    assert.deepEqual(second.notices, [gone]);
    assert.equal(library.methods.filter((method) => method === 'run/checkDataset').length, 1);
  });

  test('announces nothing when all is well', async () => {
    const { page, notices } = start();
    await page.request('gallery/load', null);
    await settle();
    assert.deepEqual(notices, []);
  });

  test('that cannot be made is a notice too', async () => {
    const { page, notices } = start({
      'run/checkDataset': () => {
        throw new TsyndError('dataset/unreadable', 'The folder is not readable.');
      },
    });
    await page.request('gallery/load', null);
    await settle();
    const message = 'The dataset of this run could not be checked. The folder is not readable.';
    assert.deepEqual(notices, [[{ severity: 'warning', message }]]);
  });

  test('is made again at the next load when the process ended under it', async () => {
    const stage = start({
      'run/checkDataset': () => {
        throw new TsyndError('process/exited', 'The library process ended.');
      },
    });
    await stage.page.request('gallery/load', null);
    await settle();
    stage.library.answers['run/checkDataset'] = () => [gone];
    await stage.page.request('gallery/load', null);
    await settle();
    assert.deepEqual(stage.notices, [[gone]]);
  });

  test('ends with the gallery', async () => {
    let signal: AbortSignal | undefined;
    const { page, session } = start({
      'run/checkDataset': (_params, given) => {
        signal = given;
        return new Promise(() => undefined);
      },
    });
    await page.request('gallery/load', null);
    session.dispose();
    assert.equal(signal?.aborted, true);
  });
});

describe('what the page asks for', () => {
  test('goes to the library about the run of the panel and no other', async () => {
    const batch = {
      ids: ['s0'],
      pixels: new Uint8Array(1),
      width: 1,
      height: 1,
      channels: 1,
      missing: [],
    } as const;
    const { page, library } = start({ 'run/images': () => batch });
    assert.deepEqual(await page.request('gallery/images', { ids: ['s0'], of: 'source' }), batch);
    assert.deepEqual(await page.request('gallery/sample', { id: 's0' }), DETAILS);
    assert.deepEqual(library.asked, [
      { method: 'run/images', params: { run: RUN, ids: ['s0'], layer: 'source' } },
      { method: 'run/sample', params: { run: RUN, id: 's0' } },
    ]);
  });

  test('is refused when it makes no sense, before anybody is asked', async () => {
    const { page, library } = start();
    const nonsense: readonly (readonly [method: keyof GalleryApi, params: unknown])[] = [
      ['gallery/images', { ids: ['s0'], of: 'source', run: '/etc' }],
      ['gallery/images', { ids: 's0', of: 'source' }],
      ['gallery/images', { ids: ['s0'], of: 'passwords' }],
      ['gallery/images', { ids: Array.from({ length: 5000 }, (_, index) => `s${index}`), of: 'source' }],
      ['gallery/sample', { id: 7 }],
      ['gallery/sample', null],
      ['gallery/decide', { ids: ['s0'], decision: 'deleted' }],
      ['gallery/textFocus', { hasFocus: 'yes' }],
    ];
    for (const [method, params] of nonsense) {
      await assert.rejects(page.request(method, params as never), { code: 'process/protocol' }, method);
    }
    assert.deepEqual(library.asked, []);
  });

  test('is cancelled with it', async () => {
    let signal: AbortSignal | undefined;
    const { page } = start({
      'run/images': (_params, given) => {
        signal = given;
        return new Promise((_resolve, reject) =>
          given?.addEventListener('abort', () => reject(new TsyndError('cancelled', 'Cancelled.'))),
        );
      },
    });
    const cancel = new AbortController();
    const asked = page.request('gallery/images', { ids: ['s0'], of: 'source' }, { signal: cancel.signal });
    await settle();
    cancel.abort();
    await assert.rejects(asked, { code: 'cancelled' });
    assert.equal(signal?.aborted, true);
  });

  test('of the editor is done there', async () => {
    const { page, done } = start();
    await page.request('gallery/openSource', { id: 's0' });
    await page.request('gallery/openSynthetic', { id: 's0' });
    await page.request('gallery/export', null);
    await page.request('gallery/resume', null);
    await page.request('gallery/textFocus', { hasFocus: true });
    assert.deepEqual(done, [
      'source /data/a.png',
      'synthetic synthetic/0/s0.png',
      'export',
      'resume',
      'text focus true',
    ]);
  });
});

describe('a gallery of scores', () => {
  const FOLDER = `${RUN}/scores/20260102-120000-breast`;
  const subject: GallerySubject = { kind: 'scores', run: RUN, folder: FOLDER };
  const scores: ScoresSummary = {
    folder: FOLDER,
    run: RUN,
    runId: 'run',
    scoredAt: '2026-01-02T12:00:00.000Z',
    dataset: {
      path: '/data/breast.npz',
      name: 'breast',
      sha256: '0'.repeat(64),
      classNames: ['malignant', 'benign'],
      imageSize: 28,
      channels: 1,
    },
    splits: ['val'],
    images: 1,
    numMcSamples: 20,
    maskSeed: 7,
    classifierSha256: '1'.repeat(64),
  };
  const table: ScoreTable = {
    ids: ['val-0'],
    labels: [0],
    predictedLabels: [1],
    splits: new Uint8Array([1]),
    mi: new Float32Array([0.01]),
    entropy: new Float32Array([0.1]),
    loss: new Float32Array([3]),
    duplicates: new Int32Array([-1]),
    numMcSamples: 20,
  };
  const details: ScoreDetails = {
    id: 'val-0',
    record: { id: 'val-0' },
    probs: [0.1, 0.9],
    copies: [],
    source: { path: '/data/breast.npz', split: 'val', index: 0, exists: true },
  };
  const answers = {
    'scores/read': () => ({ summary: scores, table, notices: [TORN] }),
    'scores/image': () => details,
  };

  test('shows the scores of its folder, and takes no right to decide', async () => {
    const { page, library, done } = start(answers, subject);
    const snapshot = await page.request('gallery/load', null);
    assert.deepEqual(snapshot, { kind: 'scores', run: SUMMARY, scores, table, notices: [TORN] });
    assert.deepEqual(new Set(library.methods), new Set(['scores/read', 'run/summary']));
    assert.deepEqual(library.asked.find(({ method }) => method === 'scores/read')?.params, {
      folder: FOLDER,
    });
    assert.deepEqual(done, ['loaded run']);
    await assert.rejects(page.request('gallery/decide', { ids: ['val-0'], decision: 'accepted' }), {
      code: 'process/protocol',
    });
  });

  test('reads images, details and maps of that folder alone', async () => {
    const missing = [{ id: 'val-0', reason: 'It is gone.' }];
    const batch: ImageBatch = {
      ...{ ids: [], pixels: new Uint8Array(), width: 28, height: 28, channels: 1, missing },
    };
    const { page, library, compute, done } = start({ ...answers, 'scores/images': () => batch }, subject);
    assert.deepEqual(await page.request('gallery/images', { ids: ['val-0'], of: 'image' }), batch);
    assert.deepEqual(await page.request('gallery/scoredImage', { id: 'val-0' }), details);
    await page.request('gallery/openSource', { id: 'val-0' });
    assert.deepEqual(done, ['scored /data/breast.npz']);
    assert.deepEqual(
      library.asked.map(({ params }) => (params as { folder: string }).folder),
      [FOLDER, FOLDER, FOLDER],
    );
    await page.request('gallery/maps', { ids: ['val-0'], of: 'image', request: SALIENCY });
    assert.deepEqual(compute.asked[0].params, {
      run: RUN,
      images: [{ kind: 'scored', folder: FOLDER, id: 'val-0' }],
      request: SALIENCY,
    });
  });
});

describe('maps', () => {
  test('are asked of the compute process, for the images of this run', async () => {
    const { page, compute, session } = start();
    const maps = await page.request('gallery/maps', { ids: ['s0'], of: 'source', request: SALIENCY });
    assert.deepEqual(maps, MAPS);
    const images = [{ kind: 'source', run: RUN, sampleId: 's0' }];
    assert.deepEqual(compute.asked, [
      { method: 'explain/maps', params: { run: RUN, images, request: SALIENCY } },
    ]);
    session.dispose();
  });

  test('of images that samples have not are refused before anybody is asked', async () => {
    const { page, compute, session } = start();
    await assert.rejects(
      page.request('gallery/maps', { ids: ['s0'], of: 'image', request: SALIENCY }),
      (error) => error instanceof TsyndError && error.code === 'process/protocol',
    );
    assert.deepEqual(compute.asked, []);
    session.dispose();
  });

  test('load no model of a workspace that is not trusted, and say why', async () => {
    const { page, compute, permissions, session } = start();
    permissions.canExplain = false;
    await assert.rejects(page.request('gallery/maps', { ids: ['s0'], of: 'synthetic', request: SALIENCY }), {
      code: 'process/unavailable',
      message: 'Maps are off in Restricted Mode.',
      remedy: 'Trust this workspace to load its models.',
    });
    assert.deepEqual(compute.asked, []);
    session.dispose();
  });

  test('that were given up are asked for again once the process is back', async () => {
    const { page, compute, session } = start();
    const changed = mock.fn();
    page.on('gallery/changed', changed);
    compute.become({ health: 'starting' });
    compute.become({ health: 'ready', pid: 2 });
    await settle();
    assert.equal(changed.mock.callCount(), 0);
    compute.become({ health: 'failed', message: 'It crashed too often.' });
    compute.become({ health: 'ready', pid: 3 });
    await settle();
    assert.equal(changed.mock.callCount(), 1);
    session.dispose();
  });

  test('that a scrolling person no longer wants are cancelled where they are computed', async () => {
    const { page, compute, session } = start();
    let signal: AbortSignal | undefined;
    compute.answers['explain/maps'] = (_params, given) => {
      signal = given;
      return new Promise(() => undefined);
    };
    const life = new AbortController();
    const asked = page.request(
      'gallery/maps',
      { ids: ['s0'], of: 'synthetic', request: SALIENCY },
      { signal: life.signal },
    );
    asked.catch(() => undefined);
    await settle();
    life.abort();
    await settle();
    assert.equal(signal?.aborted, true);
    session.dispose();
  });
});

describe('deciding', () => {
  test('takes the right to decide first where the page has not loaded yet', async () => {
    const { page, library } = start();
    const change = await page.request('gallery/decide', { ids: ['s0'], decision: 'accepted' });
    assert.deepEqual(change, CHANGE);
    assert.deepEqual(library.asked, [
      { method: 'curation/open', params: { run: RUN } },
      { method: 'curation/decide', params: { run: RUN, ids: ['s0'], decision: 'accepted' } },
    ]);
  });

  test('goes on after the library process crashed, and the page is told of both', async () => {
    const stage = start();
    await stage.page.request('gallery/load', null);
    stage.library.asked.length = 0;
    crash(stage);
    await settle();
    const message =
      'The library process ended unexpectedly. It starts again with your next action. ' +
      'All decisions made so far are on the disk.';
    assert.deepEqual(stage.notices, [[{ severity: 'warning', message }]]);

    stage.library.become({ health: 'ready', pid: 2 });
    await stage.page.request('gallery/decide', { ids: ['s0'], decision: 'accepted' });
    await stage.page.request('gallery/decide', { ids: ['s0'], decision: 'accepted' });
    await settle();
    assert.deepEqual(stage.library.methods, ['curation/open', 'curation/decide', 'curation/decide']);
    assert.deepEqual(stage.notices.at(-1), []);
    assert.equal(stage.notices.length, 2);
  });

  test('says how to go on when the process crashed too often, and does once it is back', async () => {
    const stage = start();
    let changes = 0;
    stage.page.on('gallery/changed', () => changes++);
    await stage.page.request('gallery/load', null);
    stage.library.become({ health: 'failed', message: 'It crashed 3 times.' });
    await settle();
    assert.match(stage.notices[0][0].message, /^It crashed 3 times\. Run 'TSynD: Restart Processes'/);
    assert.equal(changes, 0);

    stage.library.become({ health: 'idle' });
    stage.library.become({ health: 'starting' });
    stage.library.become({ health: 'ready', pid: 2 });
    await settle();
    assert.deepEqual(stage.notices.at(-1), []);
    assert.equal(changes, 1);
  });
});

describe('a run that changes', () => {
  test('is announced at once, and then at most once a second', async (context) => {
    const { page, session } = start();
    let changes = 0;
    page.on('gallery/changed', () => changes++);
    await page.request('gallery/load', null);
    context.mock.timers.enable({ apis: ['setTimeout'] });

    session.runChanged(undefined);
    session.runChanged('8 samples');
    session.runChanged('8 samples');
    await settle();
    assert.equal(changes, 0, 'as it was when the panel opened');

    session.runChanged('16 samples');
    session.runChanged('24 samples');
    session.runChanged('24 samples');
    await settle();
    assert.equal(changes, 1);
    context.mock.timers.tick(1000);
    await settle();
    assert.equal(changes, 2);
    context.mock.timers.tick(10_000);
    await settle();
    assert.equal(changes, 2);

    session.runChanged(undefined);
    await settle();
    assert.equal(changes, 3, 'as when its folder is deleted');
  });

  test('hands commands to the page', async () => {
    const { page, session } = start();
    const heard = mock.fn();
    page.on('gallery/command', heard);
    session.command('acceptFiltered');
    await settle();
    assert.deepEqual(heard.mock.calls[0]?.arguments, ['acceptFiltered']);
  });
});

describe('closing a gallery', () => {
  test('gives the right to decide back, and ends what the page asked for', async () => {
    const { page, session, library } = start();
    await page.request('gallery/load', null);
    session.dispose();
    await settle();
    assert.equal(library.methods.at(-1), 'curation/close');
  });

  test('starts no process to give back what no process holds', async () => {
    const unopened = start();
    unopened.session.dispose();
    assert.deepEqual(unopened.library.asked, []);

    const crashed = start();
    await crashed.page.request('gallery/load', null);
    crash(crashed);
    crashed.session.dispose();
    await settle();
    assert.ok(!crashed.library.methods.includes('curation/close'));
  });

  test('while the right is being taken gives it back when it has come', async () => {
    let opened: (() => void) | undefined;
    const { page, session, library } = start({
      'curation/open': () =>
        new Promise((resolve) => {
          opened = () => resolve({ decisions: {}, canUndo: false, canRedo: false, notices: [] });
        }),
    });
    void page.request('gallery/load', null).catch(() => undefined);
    await settle();
    session.dispose();
    opened?.();
    await settle();
    assert.equal(library.methods.at(-1), 'curation/close');
  });
});

test('a page that was hidden and is shown again loads everything anew', async () => {
  const { library, pageEnd, page } = start();
  await page.request('gallery/load', null);
  // The same pipe, another page behind it.
  const shownAgain = new RpcPeer<NoApi, GalleryApi, object, GalleryEvents>(pageEnd, {});
  const snapshot = await shownAgain.request('gallery/load', null);
  assert.deepEqual(snapshot.table.ids, ['s0']);
  assert.equal(library.methods.filter((method) => method === 'run/samples').length, 2);
});
