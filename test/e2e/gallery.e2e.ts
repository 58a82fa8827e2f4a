import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { decisionCounts } from './support/curation.ts';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import { cachedImages } from './support/webview.ts';
import { chooseFromMenu, editorTab, runCommand, runRow, showRuns } from './support/workbench.ts';
import { addDrawnRun, newWorkspace, closeAndRemove } from './support/workspaces.ts';

/** A run with more samples than fit on a screen, looked at and curated. */
const COUNT = 400;
/** After this time a person could press the first key in a field that they clicked. */
const FOCUS_MS = 300;

const workspace = newWorkspace();
let run: string;
const sitting = new Sitting('gallery', () => editor);
let editor: Editor;
let gallery: Gallery;

before(async () => {
  run = await addDrawnRun(workspace, COUNT);
  editor = await Editor.open({ workspace });
  gallery = await openGallery(editor.page);
});

after(() => closeAndRemove(editor, workspace));

test(
  'only the samples in sight have elements, and the last one is reached by a key',
  sitting.step(async () => {
    assert.equal(await gallery.grid.getAttribute('aria-multiselectable'), 'true');
    assert.ok((await gallery.tiles.count()) < COUNT);
    await gallery.select(0);
    await gallery.press('Control+End');
    await waitFor(
      'the last sample',
      () => gallery.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.id)),
      (ids) => ids.includes(`sample-${COUNT - 1}`),
    );
    await gallery.press('Control+Home');
  }),
);

test(
  'number keys switch the layer of the whole grid',
  sitting.step(async () => {
    await gallery.select(0);
    for (const [key, layer] of Object.entries({
      2: 'source',
      3: 'sideBySide',
      4: 'difference',
      1: 'synthetic',
    })) {
      await gallery.press(key);
      await waitForEqual('layer', () => gallery.layer(), layer);
      await waitFor(
        'painted tiles',
        () => gallery.frame.locator('tsynd-sample-grid .tile canvas:not([hidden])').count(),
        (count) => count > 0,
      );
      await screenshot(editor.page, `gallery-layer-${layer}`);
    }
  }),
);

test(
  'a range is rejected at once, and one undo takes it back',
  sitting.step(async () => {
    await gallery.select(0);
    await gallery.press('Shift+ArrowRight', 'Shift+ArrowRight', 'x');
    await waitForEqual('decisions', () => decisionCounts(run), { accepted: 0, rejected: 3 });
    await gallery.press('Control+z');
    await waitForEqual('decisions', () => decisionCounts(run), { accepted: 0, rejected: 0 });
  }),
);

test(
  'all filtered samples are accepted after a question',
  sitting.step(async () => {
    await gallery.openFilters();
    await gallery.toggleFilter('Differs from the label');
    await gallery.frame.locator('tsynd-filter-panel vscode-button', { hasText: /^\s*Accept all/ }).click();
    await gallery.frame
      .locator('vscode-button', { hasText: /^\s*Accept/ })
      .last()
      .click();
    const { accepted } = await waitFor(
      'decisions',
      () => decisionCounts(run),
      (counts) => counts.accepted > 1,
    );
    assert.ok(accepted < COUNT);
    await gallery.toggleFilter('Differs from the label');
    // Tiles are used again and again; none may keep a mark of the sample that it showed before.
    const marks = await gallery.tiles.evaluateAll((tiles) =>
      tiles.map((tile) => ({
        isSaid: tile.ariaLabel?.includes('Predicted') ?? false,
        isShown: tile.querySelector<HTMLElement>('.differs')?.hidden === false,
      })),
    );
    assert.ok(marks.some(({ isSaid }) => !isSaid));
    for (const { isSaid, isShown } of marks) assert.equal(isShown, isSaid);
    await gallery.select(0);
    await gallery.press('Control+z');
    await waitForEqual('decisions', () => decisionCounts(run), { accepted: 0, rejected: 0 });
  }),
);

test(
  'letters in a text field are letters, and no commands',
  sitting.step(async () => {
    const field = gallery.frame.locator('tsynd-filter-panel vscode-text-field').first();
    await field.click();
    await editor.page.waitForTimeout(FOCUS_MS);
    await gallery.press('a', 'x');
    assert.deepEqual(decisionCounts(run), { accepted: 0, rejected: 0 });
    await gallery.press('Escape');
  }),
);

test(
  'the menu of a tile accepts it',
  sitting.step(async () => {
    await chooseFromMenu(editor.page, gallery.tiles.nth(2), 'Accept');
    await waitForEqual('decisions', () => decisionCounts(run), { accepted: 1, rejected: 0 });
  }),
);

test(
  'details show every number of the sample, and the source is opened from there',
  sitting.step(async () => {
    await gallery.select(2);
    await gallery.press('Enter');
    await gallery.frame.locator('tsynd-compare-view').first().waitFor();
    await screenshot(editor.page, 'gallery-details');
    await runCommand(editor.page, 'TSynD Gallery: Toggle Details');
    await gallery.frame.locator('tsynd-compare-view').first().waitFor({ state: 'hidden' });
  }),
);

for (const theme of THEMES) {
  test(
    `the gallery is drawn in the colours of ${theme}`,
    sitting.step(async () => {
      await setTheme(editor.page, theme);
      await screenshot(editor.page, `gallery-${theme.toLowerCase().replaceAll(' ', '-')}`);
      const [editorColor, pageColor] = await Promise.all([
        editor.page
          .locator('.monaco-workbench')
          .evaluate((element) => getComputedStyle(element).getPropertyValue('--vscode-editor-background')),
        gallery.frame
          .locator('html')
          .evaluate((element) => getComputedStyle(element).getPropertyValue('--vscode-editor-background')),
      ]);
      assert.equal(pageColor.trim(), editorColor.trim());
    }),
  );
}

test(
  'a second window is told that the run is curated elsewhere',
  sitting.step(async () => {
    const other = await editor.openWindow();
    const second = await openGallery(other);
    await second.text(/can be looked at only/).waitFor();
    await screenshot(other, 'gallery-second-window');
    await second.select(0);
    await second.press('a');
    await other.close();
    assert.deepEqual(decisionCounts(run), { accepted: 1, rejected: 0 });
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

async function openGallery(page: Page): Promise<Gallery> {
  await showRuns(page);
  await runRow(page, `${COUNT} samples`).click({ timeout: 60_000 });
  await editorTab(page, 'phantoms').waitFor();
  return Gallery.of(page);
}
