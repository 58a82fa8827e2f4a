import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';

import { writeSampleDataset } from '../../src/data/sampleDataset.ts';
import { CurationSession } from '../../src/jobs/curation/curationSession.ts';
import { exportCurated } from '../../src/jobs/exportCurated/exportCurated.ts';
import { Library } from '../../src/jobs/library/library.ts';
import { tinyRun } from '../support/tinyRun.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import { cachedImages, webviewFrame } from './support/webview.ts';
import {
  chooseFromMenu,
  chooseQuick,
  clearNotifications,
  editorTab,
  explorerRow,
  fillQuick,
  notification,
  pressNotificationButton,
  quickButton,
  quickRow,
  runCommand,
  runRow,
  showRuns,
  statusBarItem,
  unfold,
} from './support/workbench.ts';
import { closeAndRemove, newWorkspace } from './support/workspaces.ts';

const DATASET = 'phantoms';
const TITLE = 'Tiny grid';
const EXPORT = 'phantoms-curated';
const IMAGES_PER_CLASS = 40;
const RUN_TIMEOUT_MS = 240_000;
const CELLS = 4;

/** Networks so small that a cell takes seconds. */
const EXPERIMENT = `# Two arms, to look at the page.
title: ${TITLE}
description: Whether random changes of latents help, with networks that cannot tell.
datasets: [../${DATASET}]
seeds: [0, 1]
preset: quick
imageSize: 16
autoencoder: { hidden: 8, residualHidden: 4, residualLayers: 1, latentChannels: 4, codes: 16, updates: 12, batchSize: 8 }
classifier: { width: 4, duration: { epochs: 2 }, batchSize: 16 }
generation: { steps: 2, numMcSamples: 4, batchSize: 4 }
arms: [baseline, noise]
evaluation: { noise: [0.06, 0.12], fgsm: [4, 8], pgd: [4, 8], pgdSteps: 2, masking: false }
`;

const workspace = newWorkspace();
const folder = path.join(workspace, '.tsynd/experiments/tiny');
const sitting = new Sitting('report', () => editor);
let editor: Editor;
let frame: Frame;

before(async () => {
  await writeSampleDataset(path.join(workspace, DATASET), { seed: 0, imagesPerClass: IMAGES_PER_CLASS });
  mkdirSync(path.join(workspace, 'experiments'));
  writeFileSync(path.join(workspace, 'experiments/tiny.yaml'), EXPERIMENT);
  await addExport();
  writeFileSync(path.join(workspace, 'experiments/wrong.yaml'), EXPERIMENT.replace('imageSize', 'imagesize'));
  editor = await Editor.open({ workspace, settings: { 'explorer.compactFolders': false } });
});

after(() => closeAndRemove(editor, workspace));

test(
  'a file with a mistake is refused before anything is trained, with the nearest known key',
  sitting.step(async () => {
    await runFile('wrong.yaml');
    const message = notification(editor.page, /failed.*imagesize.*imageSize/);
    await message.waitFor({ timeout: 60_000 });
    assert.ok(!existsSync(path.join(workspace, '.tsynd/experiments/wrong/cells')));
    await clearNotifications(editor.page);
  }),
);

test(
  'an experiment opens its report as soon as it has begun, and says how far it is',
  sitting.step(async () => {
    const { page } = editor;
    await runFile('tiny.yaml');
    await editorTab(page, TITLE).waitFor({ timeout: 60_000 });
    frame = await webviewFrame(page, 'tsynd-report-body');
    await frame
      .locator('tsynd-report-header .state', { hasText: `of ${CELLS} cells` })
      .waitFor({ timeout: 60_000 });
    await statusBarItem(page, /TSynD: experiment \d of 4/).waitFor();
    await screenshot(page, 'report-running');
  }),
);

test(
  'rows fill as cells are finished, and stay where they were read',
  sitting.step(async () => {
    await frame
      .getByText(/[1-4] of 4 cells/)
      .first()
      .waitFor({ timeout: RUN_TIMEOUT_MS });
    const settings = frame.locator('nav button', { hasText: 'Settings' });
    await settings.click();
    const scrollTop = (): Promise<number> =>
      frame.locator('tsynd-report main').evaluate(({ scrollTop: top }) => top);
    const before = await waitFor('scroll position', scrollTop, (top) => top > 0);
    await frame.getByText(`All ${CELLS} cells are finished`).waitFor({ timeout: RUN_TIMEOUT_MS });
    assert.ok((await scrollTop()) >= before);
    assert.equal(await frame.locator('nav button').first().innerText(), 'Overview');
    await notification(editor.page, `${TITLE} is finished: ${CELLS} cells`).waitFor({ timeout: 60_000 });
    const results = frame.locator('#report-results');
    assert.match(await results.innerText(), /baseline/);
    assert.match(await results.innerText(), /majority rate/);
  }),
);

test(
  'a cell of a confusion matrix shows the test images behind it',
  sitting.step(async () => {
    const cell = frame.locator('[data-confusion]').first();
    await cell.focus();
    await editor.page.keyboard.press('Enter');
    const strip = frame.locator('tsynd-image-strip');
    await strip.waitFor();
    const tiles = await strip.locator('.tile').count();
    assert.ok(tiles > 0);
    await waitForEqual('pictures', () => strip.locator('tsynd-picture').count(), tiles);
    const drawn = await strip
      .locator('tsynd-picture canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return new Set(data).size;
      });
    assert.ok(drawn > 2, 'The picture has no contrast.');
    assert.equal(await cell.getAttribute('aria-pressed'), 'true');
    await screenshot(editor.page, 'report-confusion');
  }),
);

test(
  'an image of it opens in the inspector',
  sitting.step(async () => {
    const { page } = editor;
    const tile = frame.locator('tsynd-image-strip .tile').first();
    const title = await tile.locator('span').first().innerText();
    await tile.click();
    const inspector = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await inspector.getByText(title).first().waitFor();
    // The classifier of the cell is asked, though its run is none of the workspace's.
    await inspector.getByText('Predictive entropy').waitFor({ timeout: 60_000 });
    await screenshot(page, 'report-inspector');
    await editorTab(page, 'TSynD Inspector').click();
    await runCommand(page, 'View: Close Editor');
    frame = await webviewFrame(page, 'tsynd-report-body');
  }),
);

test(
  'a cell of the grid leads to its run',
  sitting.step(async () => {
    await frame.locator('details:has([data-run]) > summary').first().click();
    const cell = frame.locator('[data-run]').first();
    const id = (await cell.getAttribute('data-run')) ?? '';
    assert.ok(existsSync(path.join(folder, 'cells', id, 'run.json')));
    await cell.click();
    // Runs without samples have no gallery: their folder is shown.
    await explorerRow(editor.page, id).waitFor();
  }),
);

for (const theme of THEMES) {
  test(
    `the report is drawn in the colours of ${theme}`,
    sitting.step(async () => {
      await setTheme(editor.page, theme);
      const name = theme.toLowerCase().replaceAll(' ', '-');
      for (const section of ['Results', 'Robustness', 'Confusion matrices', 'Differences']) {
        await frame.locator('nav button', { hasText: section }).first().scrollIntoViewIfNeeded();
        await frame.locator('nav button', { hasText: section }).first().click();
        await screenshot(editor.page, `report-${section.split(' ')[0].toLowerCase()}-${name}`);
      }
    }),
  );
}

test(
  'the report fits a narrow page',
  sitting.step(async () => {
    const { page } = editor;
    await setTheme(page, 'Dark Modern');
    await page.setViewportSize({ width: 720, height: 720 });
    await runCommand(page, 'View: Close Primary Side Bar');
    const overflow = await frame
      .locator('tsynd-report main')
      .evaluate((main) => main.scrollWidth - main.clientWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await screenshot(page, 'report-narrow');
    await page.setViewportSize({ width: 1400, height: 900 });
    await runCommand(page, 'View: Show Explorer');
  }),
);

test(
  'after a reload of the window the report is back, with its images and its place',
  sitting.step(async () => {
    const tiles = await frame.locator('tsynd-image-strip .tile').count();
    await editor.reload();
    frame = await webviewFrame(editor.page, 'tsynd-image-strip tsynd-picture');
    await waitForEqual('pictures', () => frame.locator('tsynd-image-strip tsynd-picture').count(), tiles);
    const scrollTop = await frame.locator('tsynd-report main').evaluate(({ scrollTop: top }) => top);
    assert.ok(scrollTop > 0);
    await frame.locator('tsynd-image-strip .close').click();
    await frame.locator('tsynd-image-strip').waitFor({ state: 'detached' });
  }),
);

test(
  'the report is saved as one file',
  sitting.step(async () => {
    const { page } = editor;
    await frame.locator('vscode-button', { hasText: 'HTML' }).click();
    await quickButton(page, 'OK').click();
    await notification(page, /The report was saved as tiny\.html/).waitFor({ timeout: 60_000 });
    const text = readFileSync(path.join(workspace, 'tiny.html'), 'utf8');
    assert.match(text, /Tiny grid/);
    assert.doesNotMatch(text, /<script/);
  }),
);

test(
  'the experiment is listed, and its report opens from there',
  sitting.step(async () => {
    const { page } = editor;
    await runCommand(page, 'View: Close Editor');
    await showRuns(page);
    await runRow(page, `${CELLS} of ${CELLS} cells`).click();
    frame = await webviewFrame(page, 'tsynd-report-body');
    await screenshot(page, 'report-list');
  }),
);

test(
  'a cell that was lost is made again, and no other',
  sitting.step(async () => {
    const cells = path.join(folder, 'cells');
    const [lost, ...others] = readdirSync(cells).sort();
    const finishedAt = (cell: string): string =>
      readFileSync(path.join(cells, cell, 'evaluation.json'), 'utf8');
    const before = others.map(finishedAt);
    const numbers = frame.locator('#report-robustness details').first();
    await numbers.locator('summary').click();
    rmSync(path.join(cells, lost), { recursive: true });
    await frame.locator('vscode-button', { hasText: 'Continue' }).click({ timeout: 30_000 });
    await frame.getByText(`All ${CELLS} cells are finished`).waitFor({ timeout: RUN_TIMEOUT_MS });
    assert.deepEqual(others.map(finishedAt), before);
    assert.equal(await numbers.evaluate((details: HTMLDetailsElement) => details.open), true);
    await pressNotificationButton(editor.page, `${TITLE} is finished`, 'Open Report');
  }),
);

test(
  'a curated export is compared with what it was made from, and can be stopped and gone on with',
  sitting.step(async () => {
    const { page } = editor;
    await clearNotifications(page);
    await runCommand(page, 'View: Show Explorer');
    await chooseFromMenu(page, explorerRow(page, EXPORT), 'TSynD', 'Compare Training Sets...');
    const question = `Compare training sets: ${EXPORT}`;
    await chooseQuick(page, question, 'Quick');
    await quickRow(page, '3 seeds').first().waitFor();
    await screenshot(page, 'compare-sets-seeds');
    await chooseQuick(page, question, 'Other seeds...');
    await fillQuick(page, 'Seeds: whole numbers', '7');
    frame = await webviewFrame(page, 'tsynd-report-header vscode-button:has-text("Stop")');
    await editorTab(page, `Does ${EXPORT} help?`).waitFor();
    await frame.getByText('of 3 cells').first().waitFor({ timeout: 60_000 });
    const arms = frame.locator('#report-settings');
    for (const arm of ['real', '+ rejected', '+ curated']) {
      assert.ok((await arms.innerText()).includes(arm), arm);
    }
    await screenshot(page, 'compare-sets-running');
    await frame.locator('vscode-button', { hasText: 'Stop' }).click();
    await notification(page, /help\? is stopped/).waitFor({ timeout: 120_000 });
    await frame.locator('vscode-button', { hasText: 'Continue' }).waitFor();
    await pressNotificationButton(page, /help\? is stopped/, 'Continue');
    await frame.locator('vscode-button', { hasText: 'Stop' }).waitFor({ timeout: 60_000 });
    await frame.locator('vscode-button', { hasText: 'Stop' }).click();
    await frame.locator('vscode-button', { hasText: 'Continue' }).waitFor({ timeout: 120_000 });
  }),
);

test(
  'no image of the workspace is kept in the browser',
  sitting.step(async () => {
    assert.deepEqual(await cachedImages(editor.page), []);
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

/** A curated export, with what was rejected beside it. */
async function addExport(): Promise<void> {
  const runs = path.join(workspace, '.tsynd/runs');
  const settings = { imageSize: 16, count: 12 };
  const { folder: run } = await tinyRun(path.join(workspace, DATASET), runs, settings);
  const session = await CurationSession.open(run);
  const { table } = await new Library().readSamples({ run });
  // Of each class some, or there is no control of equal numbers.
  const isFirst = (index: number): boolean => table.labels.indexOf(table.labels[index]) === index;
  await session.decide(
    table.ids.filter((_, index) => isFirst(index)),
    'accepted',
  );
  await session.decide(
    table.ids.filter((_, index) => !isFirst(index)),
    'rejected',
  );
  await session.close();
  const target = path.join(workspace, EXPORT);
  await exportCurated({ run, format: 'folder', target, syntheticOnly: false });
}

async function runFile(name: string): Promise<void> {
  const { page } = editor;
  await runCommand(page, 'View: Show Explorer');
  await chooseFromMenu(page, await unfold(page, 'experiments', name), 'Run Experiment');
}
