import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import { ReportSession, type ReportEditor } from '../../../src/extension/panels/reportSession.ts';
import type { ShownImage } from '../../../src/extension/panels/shownImage.ts';
import type { NoApi } from '../../../src/protocol/envelope.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { ImagePixels, ImageRef } from '../../../src/protocol/imageData.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import type { ReportApi, ReportEvents, ReportProgress } from '../../../src/protocol/reportApi.ts';
import { RpcPeer } from '../../../src/protocol/rpcPeer.ts';
import { memoryPipe, settle } from '../../protocol/memoryPipe.ts';
import { exampleReport } from '../../webview/report/exampleReport.ts';
import { FakeProcess } from './fakeProcess.ts';

const FOLDER = path.resolve('/data/.tsynd/experiments/curated');
const RUNNING: ReportProgress = { state: 'running', done: 2, total: 6, cell: 'curated-1' };

function pixelsOf(image: ImageRef): ImagePixels {
  const index = image.kind === 'dataset' ? image.index : -1;
  return { pixels: Buffer.from([index]), width: 1, height: 1, channels: 1, bitDepth: 8, format: 'npz' };
}

function setUp(change: Partial<ReportEditor> = {}, report = exampleReport({ finished: 2 })) {
  const library = new FakeProcess<LibraryApi>({
    'experiment/report': () => report,
    'image/read': ({ image }) => pixelsOf(image),
  });
  const asked: string[] = [];
  const opened: ShownImage[] = [];
  const editor: ReportEditor & { progress: ReportProgress | null } = {
    library,
    mayRun: true,
    progress: null,
    openImage: (image) => opened.push(image),
    openRun: (run) => {
      asked.push(`run ${run}`);
      return Promise.resolve();
    },
    save: ({ title }, format) => {
      asked.push(`save ${title} ${format}`);
      return Promise.resolve();
    },
    goOn: () => asked.push('continue'),
    stop: () => asked.push('stop'),
    loaded: ({ title }) => asked.push(`loaded ${title}`),
    ...change,
  };
  const [host, remote] = memoryPipe();
  const session = new ReportSession(FOLDER, editor, host);
  const page = new RpcPeer<NoApi, ReportApi, object, ReportEvents>(remote, {});
  const told: (ReportProgress | null)[] = [];
  page.on('report/progress', (progress) => told.push(progress));
  return { session, editor, page, library, asked, opened, told };
}

async function codeOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => assert.fail('It was answered.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TsyndError);
  return error.code;
}

describe('ReportSession', () => {
  test('reads the report of its folder, and says what this window does with it', async () => {
    const { page, library, asked } = setUp({ progress: RUNNING, mayRun: false });
    const shown = await page.request('report/load', null);
    assert.deepEqual(library.asked, [{ method: 'experiment/report', params: { folder: FOLDER } }]);
    assert.equal(shown.report.title, 'Curated & compared');
    assert.equal(shown.isRunning, true);
    assert.equal(shown.mayRun, false);
    assert.deepEqual(asked, ['loaded Curated & compared']);
  });

  test('a page that has loaded is told how far it is, and then only of changes', async () => {
    const { page, session, editor, told } = setUp({ progress: RUNNING });
    await page.request('report/load', null);
    session.progressChanged();
    await settle();
    assert.deepEqual(told, [RUNNING]);
    editor.progress = { ...RUNNING, done: 3 };
    session.progressChanged();
    editor.progress = null;
    session.progressChanged();
    session.progressChanged();
    await settle();
    assert.deepEqual(told, [RUNNING, { ...RUNNING, done: 3 }, null]);
  });

  test('test images come from a finished cell of the dataset, in the order asked for, as plain bytes', async () => {
    const { page, library } = setUp();
    await page.request('report/load', null);
    const images = await page.request('report/images', { dataset: 'breast', indices: [9, 7] });
    assert.deepEqual(
      images.map((image) => [...(image?.pixels ?? [])]),
      [[9], [7]],
    );
    for (const image of images) assert.ok(!Buffer.isBuffer(image?.pixels));
    assert.deepEqual(library.asked.at(-1)?.params, {
      image: { kind: 'dataset', run: path.join(FOLDER, 'cells/real-0'), split: 'test', index: 7 },
    });
  });

  test('an image that is gone is null, and a process that is gone is an error', async () => {
    const { page, library } = setUp();
    await page.request('report/load', null);
    library.answers['image/read'] = ({ image }) => {
      if (image.kind === 'dataset' && image.index === 7) {
        throw new TsyndError('dataset/not-found', 'It is gone.');
      }
      return pixelsOf(image);
    };
    const images = await page.request('report/images', { dataset: 'breast', indices: [7, 8] });
    assert.deepEqual(
      images.map((image) => image !== null),
      [false, true],
    );
    library.answers['image/read'] = () => {
      throw new TsyndError('process/exited', 'The library process was killed.');
    };
    const request = page.request('report/images', { dataset: 'breast', indices: [7] });
    assert.equal(await codeOf(request), 'process/exited');
  });

  test('no images are read of a dataset without a finished cell, or before the report is', async () => {
    const { page, library } = setUp({}, exampleReport());
    const early = page.request('report/images', { dataset: 'breast', indices: [0] });
    assert.equal(await codeOf(early), 'cancelled');
    await page.request('report/load', null);
    const other = page.request('report/images', { dataset: 'chest', indices: [0] });
    assert.equal(await codeOf(other), 'run/not-found');
    assert.ok(!library.methods.includes('image/read'));
  });

  test('an image opens by its name where it has one, read through the cell that was asked for', async () => {
    const { page, opened } = setUp();
    await page.request('report/load', null);
    await page.request('report/openImage', { dataset: 'breast', index: 7, cell: 'curated-1' });
    await page.request('report/openImage', { dataset: 'breast', index: 8, cell: 'curated-1' });
    const run = path.join(FOLDER, 'cells/curated-1');
    assert.deepEqual(opened, [
      {
        image: { kind: 'dataset', run, split: 'test', index: 7 },
        title: 'scan-7.png',
        location: 'breast/test/benign/scan-7.png',
      },
      {
        image: { kind: 'dataset', run, split: 'test', index: 8 },
        title: 'test 8',
        location: 'breast [test 8]',
      },
    ]);
  });

  test('the page opens runs of its own experiment, and no other folder', async () => {
    const { page, asked } = setUp();
    await page.request('report/load', null);
    await page.request('report/openRun', { cell: 'real-2' });
    assert.equal(asked.at(-1), `run ${path.join(FOLDER, 'cells/real-2')}`);
    assert.equal(await codeOf(page.request('report/openRun', { cell: '../../elsewhere' })), 'run/not-found');
  });

  test('saving, stopping and going on are the editor’s to do; going on only where programs may run', async () => {
    const trusted = setUp();
    await trusted.page.request('report/load', null);
    await trusted.page.request('report/save', { format: 'md' });
    await trusted.page.request('report/stop', null);
    await trusted.page.request('report/continue', null);
    assert.deepEqual(trusted.asked.slice(1), ['save Curated & compared md', 'stop', 'continue']);

    const restricted = setUp({ mayRun: false });
    assert.equal(await codeOf(restricted.page.request('report/continue', null)), 'process/unavailable');
    assert.deepEqual(restricted.asked, []);
  });

  test('what makes no sense is refused', async () => {
    const { page, library } = setUp();
    const params = { dataset: 'breast', indices: [-1] };
    assert.equal(await codeOf(page.request('report/images', params)), 'process/protocol');
    assert.deepEqual(library.asked, []);
  });
});
