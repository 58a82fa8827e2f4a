import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { decisionCounts } from './support/curation.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import { cachedImages } from './support/webview.ts';
import {
  chooseFromExplorerMenu,
  chooseQuick,
  clearNotifications,
  dialogButton,
  explorerRow,
  fillQuick,
  goBack,
  notification,
  pressNotificationButton,
  quickButton,
  quickRow,
  runCommand,
  runRow,
  showRuns,
  statusBarItem,
} from './support/workbench.ts';
import { addDataset, newWorkspace, closeAndRemove } from './support/workspaces.ts';

/** One sitting, each step where the one before it ended: from a folder of real images to a curated dataset. */
const DATASET = 'scans';
const TITLE = `Generate TSynD samples: ${DATASET}`;
const RUN_TIMEOUT_MS = 240_000;
const COUNT = 12;

const workspace = newWorkspace();
const runs = path.join(workspace, '.tsynd/runs');
const sitting = new Sitting('flow', () => editor);
let editor: Editor;

before(async () => {
  await addDataset(workspace, DATASET);
  editor = await Editor.open({ workspace });
});

after(() => closeAndRemove(editor, workspace));

test(
  'a right-click on a folder of images leads to a run that shows its progress and finishes',
  sitting.step(async () => {
    const { page } = editor;
    await chooseFromExplorerMenu(page, DATASET, 'TSynD', 'Generate TSynD Samples');
    await answerQuestions(COUNT);
    await setImageSize(16);
    await quickRow(page, 'Start').first().waitFor();
    await screenshot(page, 'generate-review');
    await quickRow(page, 'Start').first().click();

    await notification(page, /autoencoder/).waitFor({ timeout: 60_000 });
    await statusBarItem(page, /TSynD: autoencoder/).waitFor();
    await showRuns(page);
    await runRow(page, /autoencoder.*loss/).waitFor();
    await screenshot(page, 'run-in-progress');
    await notification(page, /finished/).waitFor({ timeout: RUN_TIMEOUT_MS });
    await runRow(page, `${COUNT} samples`).waitFor();
  }),
);

test(
  'the gallery of the new run sorts, filters and is curated by keyboard',
  sitting.step(async () => {
    const { page } = editor;
    await pressNotificationButton(page, /finished/, 'Open Gallery');
    const gallery = await Gallery.of(page);
    await waitForEqual('tiles', () => gallery.tiles.count(), COUNT);
    await gallery.sortBy('MI after');
    const sorted = await waitFor('MI after', () => gallery.miAfter(), isDescending);
    assert.equal(sorted.length, COUNT);

    await gallery.select(0);
    await gallery.press('a', 'a', 'x');
    await waitForEqual('decisions on the disk', decisions, { accepted: 2, rejected: 1 });
    assert.equal(await gallery.tilesWith('accepted').count(), 2);
    await gallery.press('Control+z');
    await waitForEqual('after undo', decisions, { accepted: 2, rejected: 0 });
    await gallery.press('Control+Shift+z');
    await waitForEqual('after redo', decisions, { accepted: 2, rejected: 1 });

    await gallery.openFilters();
    await gallery.toggleFilter('Accepted');
    await waitForEqual('tiles that are accepted', () => gallery.tiles.count(), 2);
    await gallery.select(1);
    await gallery.press('3');
    await waitForEqual('layer', () => gallery.layer(), 'sideBySide');
    await screenshot(page, 'gallery-filtered');
  }),
);

test(
  'after a reload of the window the gallery is as it was',
  sitting.step(async () => {
    const before = await (await Gallery.of(editor.page)).labels();
    await editor.reload();
    const gallery = await Gallery.of(editor.page);
    await waitForEqual('tiles', () => gallery.labels(), before);
    assert.equal(await gallery.sortKey(), 'miAfter');
    assert.equal(await gallery.layer(), 'sideBySide');
    assert.deepEqual(await selectedTiles(gallery), [1]);
  }),
);

test(
  'no image of the workspace is kept in the browser',
  sitting.step(async () => {
    await Gallery.of(editor.page);
    assert.deepEqual(await cachedImages(editor.page), []);
  }),
);

test(
  'an export is written beside the dataset, which stays as it was, and can be opened',
  sitting.step(async () => {
    const { page } = editor;
    const imagesBefore = readdirSync(path.join(workspace, DATASET), { recursive: true }).sort();
    await runCommand(page, 'TSynD: Export Curated Training Set');
    await quickRow(page, `${COUNT} samples`).first().click();
    await chooseQuick(page, 'Export Curated Training Set', 'metadata.jsonl');
    await chooseQuick(page, 'Export Curated Training Set', 'Real and accepted');
    // The place that is suggested.
    await quickButton(page, 'OK').click();
    await notification(page, /Exported 2 synthetic/).waitFor({ timeout: 60_000 });
    const target = path.join(workspace, `${DATASET}-curated`);
    const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
    const metadata = files.filter((file) => path.basename(file) === 'metadata.jsonl');
    const lines = metadata.flatMap((file) =>
      readFileSync(path.join(target, file), 'utf8').trim().split('\n'),
    );
    const synthetic = lines
      .map((line) => JSON.parse(line) as { synthetic?: boolean })
      .filter((line) => line.synthetic);
    assert.equal(synthetic.length, 2);
    assert.deepEqual(readdirSync(path.join(workspace, DATASET), { recursive: true }).sort(), imagesBefore);

    await pressNotificationButton(page, /Exported 2 synthetic/, 'Summarize');
    await page.locator('.editor-instance', { hasText: 'train' }).first().waitFor({ timeout: 30_000 });
    await screenshot(page, 'export-summary');
  }),
);

test(
  'a compute process that is killed is told of, and Resume finishes the run',
  sitting.step(async () => {
    const { page } = editor;
    await clearNotifications(page);
    await runCommand(page, 'View: Show Explorer');
    await explorerRow(page, DATASET).waitFor();
    await chooseFromExplorerMenu(page, DATASET, 'TSynD', 'Generate TSynD Samples');
    // All that was chosen before is offered again.
    await answerQuestions(4);
    await quickRow(page, 'Start').first().click({ timeout: 60_000 });
    await showRuns(page);
    await runRow(page, /classifier.*loss/).waitFor({ timeout: RUN_TIMEOUT_MS });

    assert.equal(editor.killChild('compute.mjs'), 1);
    await notification(page, /was interrupted\. The compute process was killed/).waitFor();
    await screenshot(page, 'compute-killed');
    await pressNotificationButton(page, /was interrupted/, 'Resume');
    await notification(page, /finished/).waitFor({ timeout: RUN_TIMEOUT_MS });
    await runRow(page, '4 samples').waitFor();
    assert.equal(await dialogButton(page, 'Reload').count(), 0);
  }),
);

test(
  'closing the window stops a run at once, and cleanly',
  sitting.step(async () => {
    const { page } = editor;
    await clearNotifications(page);
    await runCommand(page, 'View: Show Explorer');
    await chooseFromExplorerMenu(page, DATASET, 'TSynD', 'Generate TSynD Samples');
    await answerQuestions(4);
    await quickRow(page, 'Start').first().click({ timeout: 60_000 });
    await statusBarItem(page, /TSynD: autoencoder/).waitFor({ timeout: 60_000 });
    const run = newestRun();
    await page.context().newPage(); // A browser without a page would end.
    await page.close();
    await waitForEqual('status of the run', () => statusOf(run), 'stopped');
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

async function answerQuestions(count: number): Promise<void> {
  const { page } = editor;
  await chooseQuick(page, `${TITLE} (1/5)`, 'Quick');
  await chooseQuick(page, `${TITLE} (2/5)`, 'Mutual information');
  await fillQuick(page, 'How many synthetic images', String(count));
  await chooseQuick(page, `${TITLE} (4/5)`, 'Processor');
}

async function setImageSize(side: number): Promise<void> {
  const { page } = editor;
  // The list changes once the dataset has been read.
  await quickRow(page, 'Start').first().waitFor({ timeout: 60_000 });
  await chooseQuick(page, TITLE, 'Advanced...');
  await chooseQuick(page, TITLE, 'Image size');
  await fillQuick(page, 'Image size:', String(side));
  await quickRow(page, `${side} px`).first().waitFor();
  await goBack(page);
}

function isDescending(values: readonly number[]): boolean {
  return (
    values.length > 0 && values.every((value, index) => index === 0 || value <= (values[index - 1] ?? 0))
  );
}

/** What holds on the disk about the newest run. */
function decisions(): { accepted: number; rejected: number } {
  return decisionCounts(newestRun());
}

function newestRun(): string {
  const names = existsSync(runs) ? readdirSync(runs).sort() : [];
  return path.join(runs, names.at(-1) ?? '');
}

function statusOf(run: string): string {
  return (JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as { status: string }).status;
}

async function selectedTiles(gallery: Gallery): Promise<number[]> {
  const selected = await gallery.tiles.evaluateAll((tiles) =>
    tiles.map((tile) => tile.ariaSelected === 'true'),
  );
  return selected.flatMap((isSelected, index) => (isSelected ? [index] : []));
}
