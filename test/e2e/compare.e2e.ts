import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { tinyRun } from '../support/tinyRun.ts';
import { writeSampleDataset } from '../../src/data/sampleDataset.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor } from './support/waitFor.ts';
import { cachedImages, webviewFrame } from './support/webview.ts';
import {
  chooseFromMenu,
  editorTab,
  notification,
  runCommand,
  runRow,
  showRuns,
  unfold,
} from './support/workbench.ts';
import { closeAndRemove, newWorkspace } from './support/workspaces.ts';

/** A baseline and a run with samples of one drawn dataset, which has masks; both are tiny. */
const DATASET = 'phantoms';
const OTHER_DATASET = 'alone';
const IMAGES_PER_CLASS = 40;
const COMPUTED_MS = 120_000;

const workspace = newWorkspace();
const sitting = new Sitting('compare', () => editor);
let editor: Editor;
let frame: Frame;

before(async () => {
  const runs = path.join(workspace, '.tsynd/runs');
  for (const [name, seed] of [
    [DATASET, 0],
    [OTHER_DATASET, 1],
  ] as const) {
    await writeSampleDataset(path.join(workspace, name), { seed, imagesPerClass: IMAGES_PER_CLASS });
  }
  await tinyRun(path.join(workspace, DATASET), runs, { imageSize: 16, count: 4 });
  await tinyRun(path.join(workspace, DATASET), runs, { imageSize: 16, method: 'baseline', count: 0 });
  await tinyRun(path.join(workspace, OTHER_DATASET), runs, { imageSize: 16, count: 4 });
  editor = await Editor.open({ workspace, settings: { 'explorer.compactFolders': false } });
});

after(() => closeAndRemove(editor, workspace));

test(
  'the only pair of runs is compared without a question, the baseline first',
  sitting.step(async () => {
    await runCommand(editor.page, 'TSynD: Compare Explanations...');
    await editorTab(editor.page, 'baseline | mi').waitFor({ timeout: 60_000 });
    frame = await webviewFrame(editor.page, 'tsynd-compare-table [role=row].image');
    const heads = await frame.locator('tsynd-compare-header .run').allInnerTexts();
    assert.match(heads[0], /baseline/);
    assert.match(heads[1], /mi/);
    assert.equal(await frame.locator('tsynd-compare-table [role=row].image').count(), 8);
  }),
);

test(
  'every image gets its saliency and its adversarial difference by both runs',
  sitting.step(async () => {
    await allMaps(8);
    assert.equal(await frame.locator('.failed').count(), 0);
    await frame.getByText('So far').waitFor({ state: 'detached', timeout: COMPUTED_MS });
    await frame
      .getByText(/^\d of 8/)
      .first()
      .waitFor();
    const classes = await frame.locator('.probability').allInnerTexts();
    assert.equal(classes.length, 16);
    await screenshot(editor.page, 'compare-rows');
  }),
);

test(
  'the pointer over a map tells its value in the legend',
  sitting.step(async () => {
    const cell = frame
      .locator('tsynd-compare-table [role=row].image')
      .first()
      .locator('tsynd-map-cell')
      .nth(1);
    await cell.hover();
    await frame.getByText(/A baseline · x \d+ y \d+ · \d\.\d\d · image \d+/).waitFor();
    const difference = frame
      .locator('tsynd-compare-table [role=row].image')
      .first()
      .locator('tsynd-map-cell')
      .nth(4);
    await difference.hover();
    await frame.getByText(/B mi · x \d+ y \d+ · [+−]?\d\.\d{3} · image \d+/).waitFor();
  }),
);

test(
  'keys go from row to row, and Enter opens one with reconstructions and curves',
  sitting.step(async () => {
    const rows = frame.locator('tsynd-compare-table [role=row].image');
    await rows.first().focus();
    await editor.page.keyboard.press('ArrowDown');
    await editor.page.keyboard.press('Enter');
    assert.equal(await rows.nth(1).getAttribute('aria-expanded'), 'true');
    await waitFor(
      'curves',
      () => frame.locator('.open-row tsynd-probability-curve').count(),
      (count) => count === 2,
      COMPUTED_MS,
    );
    assert.equal(await frame.locator('.open-row tsynd-map-cell').count(), 8);
    assert.equal(await frame.getByText(/This run has no autoencoder/).count(), 1);
    await frame.locator('.open-row').scrollIntoViewIfNeeded();
    await screenshot(editor.page, 'compare-open-row');
    await rows.nth(1).focus();
    await editor.page.keyboard.press('ArrowLeft');
    await frame.locator('.open-row').waitFor({ state: 'detached' });
  }),
);

test(
  'differences are drawn without their sign, runs swap their places, and settings are those of both',
  sitting.step(async () => {
    await choose('Differences', 'Absolute');
    await frame.getByText('of white, without sign').waitFor();
    await screenshot(editor.page, 'compare-absolute');
    await choose('Differences', 'Signed');
    await frame.locator('vscode-button', { hasText: 'Swap' }).click();
    assert.match(await frame.locator('tsynd-compare-header .run').first().innerText(), /mi/);
    await frame.locator('vscode-button', { hasText: 'Swap' }).click();
    await frame.locator('vscode-button', { hasText: 'Map Settings' }).click();
    await frame.locator('tsynd-map-controls').nth(1).waitFor();
    await screenshot(editor.page, 'compare-settings');
    await frame.locator('vscode-button', { hasText: 'Map Settings' }).click();
  }),
);

test(
  'test images come with a warning',
  sitting.step(async () => {
    await choose('Images', 'Test images');
    await frame.getByText(/nothing that you see here may guide a choice/).waitFor();
    await choose('Number', '4');
    await choose('Images', 'Validation images');
    await allMaps(4);
  }),
);

test(
  'relevance is measured on validation images, with intervals and what the differences say',
  sitting.step(async () => {
    const section = frame.locator('tsynd-relevance-section');
    await section.locator('vscode-button', { hasText: 'Measure on Validation Images' }).click();
    await section.locator('tbody tr').first().waitFor({ timeout: COMPUTED_MS });
    const said = await section.locator('tbody td:last-child').allInnerTexts();
    assert.ok(said.length >= 6, `${said.length} scores`);
    for (const text of said) assert.match(text, /no difference shown|better for|harder to flip/);
    await section.scrollIntoViewIfNeeded();
    await section.locator('.text').last().scrollIntoViewIfNeeded();
    await screenshot(editor.page, 'compare-relevance');
  }),
);

for (const theme of THEMES) {
  test(
    `the comparison is drawn in the colours of ${theme}`,
    sitting.step(async () => {
      await setTheme(editor.page, theme);
      await frame.locator('tsynd-compare-header').scrollIntoViewIfNeeded();
      await allMaps(4);
      await screenshot(editor.page, `compare-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }),
  );
}

test(
  'it fits a narrow page',
  sitting.step(async () => {
    await setTheme(editor.page, 'Dark Modern');
    await editor.page.setViewportSize({ width: 860, height: 720 });
    await runCommand(editor.page, 'View: Close Primary Side Bar');
    const overflow = await frame
      .locator('tsynd-compare')
      .evaluate((page) => page.scrollWidth - page.clientWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await screenshot(editor.page, 'compare-narrow');
    await editor.page.setViewportSize({ width: 1400, height: 900 });
    await runCommand(editor.page, 'View: Show Explorer');
  }),
);

test(
  'after a reload of the window the panel is back, with its images and settings',
  sitting.step(async () => {
    await editor.reload();
    frame = await webviewFrame(editor.page, 'tsynd-compare-table [role=row].image');
    assert.equal(await frame.locator('tsynd-compare-table [role=row].image').count(), 4);
    await allMaps(4);
  }),
);

test(
  'image files of the Explorer are compared on',
  sitting.step(async () => {
    const { page } = editor;
    await runCommand(page, 'View: Show Explorer');
    const [className] = readdirSync(path.join(workspace, DATASET, 'val'));
    const [file] = readdirSync(path.join(workspace, DATASET, 'val', className)).sort();
    const row = await unfold(page, DATASET, 'val', className, file);
    await chooseFromMenu(page, row, 'Compare Explanations...');
    await frame.locator('tsynd-compare-table [role=row].image').nth(1).waitFor({ state: 'detached' });
    await frame.locator('[role=row].image', { hasText: file }).waitFor();
    await allMaps(1);
    await screenshot(page, 'compare-files');
  }),
);

test(
  'a run without another one of its dataset says so, and what to do',
  sitting.step(async () => {
    const { page } = editor;
    await showRuns(page);
    await chooseFromMenu(page, runRow(page, OTHER_DATASET), 'Compare Explanations...');
    await notification(page, `There is only one finished run of ${OTHER_DATASET}`).waitFor();
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

/** Waits until each of so many rows has its original and four maps. */
async function allMaps(rows: number): Promise<void> {
  await waitFor(
    'maps',
    () => frame.locator('tsynd-compare-table [role=row].image tsynd-map-cell').count(),
    (count) => count === 5 * rows,
    COMPUTED_MS,
  );
}

async function choose(name: string, text: string): Promise<void> {
  const dropdown = frame.locator(`tsynd-compare vscode-dropdown[aria-label="${name}"]`).first();
  await dropdown.click();
  await dropdown.locator('vscode-option', { hasText: text }).click();
}
