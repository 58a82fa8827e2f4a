import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError } from '../../../src/protocol/errors.ts';
import type { ImagePixels } from '../../../src/protocol/imageData.ts';
import type { ReportApi, ShownReport } from '../../../src/protocol/reportApi.ts';
import { ReportModel } from '../../../webview/report/reportModel.ts';
import { readReportState, type ReportState } from '../../../webview/report/reportState.ts';
import { settle } from '../../protocol/memoryPipe.ts';
import { FakeEditor } from '../fakeEditor.ts';
import { exampleReport } from './exampleReport.ts';

const FOLDER = '/data/.tsynd/experiments/curated';
/** Benign images that were taken for malignant, by the curated arm. */
const CONFUSED = { row: 1, truth: 0, predicted: 1 };

function shown(change: Partial<ShownReport> = {}): ShownReport {
  return { report: exampleReport(), isRunning: false, mayRun: true, ...change };
}

function pixel(value: number): ImagePixels {
  return {
    pixels: new Uint8Array([value]),
    width: 1,
    height: 1,
    channels: 1,
    bitDepth: 8,
    format: 'npz',
  };
}

function setUp(stored?: unknown) {
  const editor = new FakeEditor<ReportApi>();
  const states: ReportState[] = [];
  let changes = 0;
  const model = new ReportModel(editor, readReportState(stored, FOLDER), {
    onChange: () => changes++,
    store: (state) => states.push(state),
  });
  return { editor, model, states, changes: () => changes };
}

async function loaded(stored?: unknown, value = shown()) {
  const all = setUp(stored);
  void all.model.start();
  all.editor.take('report/load').answer(value);
  await settle();
  return all;
}

describe('ReportModel', () => {
  test('keeps the folder from the first answer on, so that the editor finds it after a reload', async () => {
    const { states } = await loaded();
    assert.deepEqual(states.at(-1), { folder: FOLDER, scrollTop: 0, selection: undefined });
  });

  test('shows the last report while the next one is read, and says what went wrong with that', async () => {
    const { editor, model } = await loaded();
    void model.start();
    assert.equal(model.report?.title, 'Curated & compared');
    editor.take('report/load').fail(new TsyndError('process/exited', 'The library process was killed.'));
    await settle();
    assert.equal(model.report.title, 'Curated & compared');
    assert.equal(model.problem?.message, 'The library process was killed.');
  });

  test('a report that never came says why', async () => {
    const { editor, model } = setUp();
    void model.start();
    editor.take('report/load').fail(new TsyndError('run/not-found', 'There is no experiment.'));
    await settle();
    assert.equal(model.load.status === 'failed' && model.load.failure.message, 'There is no experiment.');
  });

  test('what changes while it is read is read once more, however often', async () => {
    const { editor, model } = setUp();
    void model.start();
    void model.start();
    void model.start();
    assert.deepEqual(editor.methods, ['report/load']);
    editor.take('report/load').answer(shown({ report: exampleReport({ finished: 1 }) }));
    await settle();
    assert.deepEqual(editor.methods, ['report/load']);
    editor.take('report/load').answer(shown());
    await settle();
    assert.deepEqual(editor.methods, []);
    assert.deepEqual(model.cells, { finished: 6, total: 6 });
  });

  test('goes on only with what is not finished, does not run already, and may run', async () => {
    const unfinished = exampleReport({ finished: 1 });
    assert.equal((await loaded()).model.canContinue, false);
    const restricted = shown({ report: unfinished, mayRun: false });
    assert.equal((await loaded(undefined, restricted)).model.canContinue, false);
    const { model, editor } = await loaded(undefined, shown({ report: unfinished }));
    assert.equal(model.canContinue, true);
    model.goOn();
    assert.deepEqual(editor.methods, ['report/continue']);
    model.told({ state: 'running', done: 4, total: 6 });
    assert.equal(model.canContinue, false);
    model.told(null);
    assert.equal(model.canContinue, true);
  });

  test('a cell of a confusion matrix shows the images behind it, in the order of the report', async () => {
    const { editor, model, states } = await loaded();
    model.select(CONFUSED);
    const asked = editor.take('report/images');
    assert.deepEqual(asked.params, { dataset: 'breast', indices: [7, 9] });
    assert.equal(model.picture('breast', 7).status, 'waiting');
    asked.answer([pixel(70), null]);
    await settle();
    const [seven, nine] = [7, 9].map((index) => model.picture('breast', index));
    assert.deepEqual(seven.status === 'ready' && [...(seven.value?.pixels ?? [])], [70]);
    assert.deepEqual(nine, { status: 'ready', value: null });
    assert.deepEqual(states.at(-1)?.selection, CONFUSED);
    assert.equal(model.selected?.truthName, 'benign');
    assert.equal(model.selected.predictedName, '<b>malignant</b>');
  });

  test('images that were read are not asked for again, and others are given up for them', async () => {
    const { editor, model } = await loaded();
    model.select(CONFUSED);
    editor.take('report/images').answer([pixel(70), pixel(90)]);
    await settle();
    model.select({ ...CONFUSED, predicted: 0 });
    const other = editor.take('report/images');
    model.select(CONFUSED);
    assert.equal(other.signal?.aborted, true);
    assert.deepEqual(editor.methods, []);
  });

  test('images that could not be read are asked for again when a person wants it', async () => {
    const { editor, model } = await loaded();
    model.select(CONFUSED);
    editor.take('report/images').fail(new TsyndError('process/exited', 'The library process was killed.'));
    await settle();
    const found = model.picture('breast', 7);
    assert.equal(found.status === 'failed' && found.failure.message, 'The library process was killed.');
    model.retryImages();
    editor.take('report/images').answer([pixel(70), pixel(90)]);
    await settle();
    assert.equal(model.picture('breast', 7).status, 'ready');
  });

  test('a cell without images is shown as such, and one that is not there is not', async () => {
    const { editor, model } = await loaded();
    model.select({ ...CONFUSED, truth: 1, predicted: 0 });
    assert.equal(model.selected?.confused.count, 0);
    assert.deepEqual(editor.methods, []);
    model.select({ ...CONFUSED, row: 9 });
    assert.equal(model.selected, undefined);
    model.select({ ...CONFUSED, truth: 2 });
    assert.equal(model.selected, undefined);
  });

  test('what was selected before a reload is shown again', async () => {
    const { editor } = await loaded({ selection: CONFUSED, scrollTop: 300 });
    assert.deepEqual(editor.take('report/images').params, { dataset: 'breast', indices: [7, 9] });
  });

  test('an image opens through the first finished cell of its row', async () => {
    const { editor, model } = await loaded();
    model.select(CONFUSED);
    assert.ok(model.selected);
    model.openImage(model.selected, 9);
    assert.deepEqual(editor.take('report/openImage').params, {
      dataset: 'breast',
      index: 9,
      cell: 'curated-0',
    });
  });

  test('what could not be done is said, until something else is tried', async () => {
    const { editor, model } = await loaded();
    model.save('html');
    editor.take('report/save').fail(new TsyndError('file/write', 'The disk is full.'));
    await settle();
    assert.equal(model.problem?.message, 'The disk is full.');
    model.openRun('real-0');
    assert.equal(model.problem, undefined);
  });
});

describe('the state of the page', () => {
  test('what makes no sense is as at first', () => {
    const first = { folder: FOLDER, scrollTop: 0, selection: undefined };
    const strange = [
      undefined,
      3,
      { scrollTop: '9', selection: 1 },
      { selection: { row: -1, truth: 0, predicted: 0 } },
    ];
    for (const stored of strange) assert.deepEqual(readReportState(stored, FOLDER), first);
    assert.deepEqual(readReportState({ folder: '/other', scrollTop: 12, selection: CONFUSED }, FOLDER), {
      folder: FOLDER,
      scrollTop: 12,
      selection: CONFUSED,
    });
  });
});
