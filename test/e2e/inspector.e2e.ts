import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Editor, screenshot } from './support/editor.ts';
import { ExplorerImages } from './support/explorerImages.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor } from './support/waitFor.ts';
import { webviewFrame } from './support/webview.ts';
import { editorTab, quickRow, runCommand } from './support/workbench.ts';
import { addDataset, addTrainedRun, closeAndRemove, newWorkspace } from './support/workspaces.ts';

/** Two classes of images, and a run whose classifier has something to say about them. */
const DATASET = 'scans';
const CLASS_MATTERS_MS = 60_000;

const workspace = newWorkspace();
const sitting = new Sitting('inspector', () => editor);
let editor: Editor;
let images: ExplorerImages;

before(async () => {
  const dataset = await addDataset(workspace, DATASET);
  await addTrainedRun(workspace, dataset);
  images = new ExplorerImages(dataset);
  editor = await Editor.open({ workspace, settings: { 'explorer.compactFolders': false } });
});

after(() => closeAndRemove(editor, workspace));

test(
  'an image can be opened in the inspector, which is no default',
  sitting.step(async () => {
    const { page } = editor;
    await images.open(editor.page, 0);
    await page.locator('.editor-instance').first().waitFor();
    await runCommand(page, 'Reopen Editor With...');
    await quickRow(page, 'TSynD Inspector').first().click();
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame.getByText(images.name(0)).first().waitFor();
    await frame
      .getByText(images.folders.at(-1) ?? '', { exact: true })
      .first()
      .waitFor();
  }),
);

test(
  'the classifier of the run says what it sees, with entropy and mutual information in nats',
  sitting.step(async () => {
    const frame = await webviewFrame(editor.page, 'tsynd-inspector table.bars', CLASS_MATTERS_MS);
    const shares = await frame.locator('table.bars td.value').allInnerTexts();
    assert.ok(shares.length >= 2, `${shares.length} classes`);
    await frame.getByText(/nats/).first().waitFor();
  }),
);

test(
  'keys zoom and invert',
  sitting.step(async () => {
    const frame = await webviewFrame(editor.page, 'tsynd-inspector tsynd-image-view');
    await frame.locator('tsynd-image-view').click();
    const zoom = (): Promise<string> => frame.locator('.status [title="Zoom"]').innerText();
    const before = await zoom();
    await editor.page.keyboard.press('=');
    await waitFor('zoom', zoom, (text) => text !== before);
    await editor.page.keyboard.press('i');
    await frame
      .getByText(/inverted/)
      .first()
      .waitFor();
    await editor.page.keyboard.press('i');
    await editor.page.keyboard.press('0');
  }),
);

for (const theme of THEMES) {
  test(
    `the inspector is drawn in the colours of ${theme}`,
    sitting.step(async () => {
      await setTheme(editor.page, theme);
      await webviewFrame(editor.page, 'tsynd-inspector table.bars', CLASS_MATTERS_MS);
      await screenshot(editor.page, `inspector-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }),
  );
}

test(
  'the inspector at the side follows the image that is active',
  sitting.step(async () => {
    const { page } = editor;
    await setTheme(editor.page, 'Dark Modern');
    await runCommand(page, 'View: Close All Editors');
    await images.open(editor.page, 1);
    await runCommand(page, 'TSynD: Open Inspector to the Side');
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame.getByText(images.name(1)).first().waitFor();
    await images.open(editor.page, 2);
    await frame.getByText(images.name(2)).first().waitFor();
    await waitFor(
      'predictions',
      () => frame.locator('table.bars').count(),
      (count) => count === 1,
      CLASS_MATTERS_MS,
    );
    await screenshot(page, 'inspector-side');
  }),
);

test(
  'after a reload of the window the panel is back',
  sitting.step(async () => {
    await editor.reload();
    const frame = await webviewFrame(editor.page, 'tsynd-inspector');
    await editorTab(editor.page, images.name(2)).click();
    await frame.getByText(images.name(2)).first().waitFor();
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);
