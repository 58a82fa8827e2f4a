import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor, screenshot } from './support/editor.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor } from './support/waitFor.ts';
import { webviewFrame } from './support/webview.ts';
import { editorTab, explorerRow, quickRow, runCommand, unfold } from './support/workbench.ts';
import {
  addDataset,
  addTrainedRun,
  closeAndRemove,
  foldersToImages,
  newWorkspace,
} from './support/workspaces.ts';

/** Two classes of images, and a run whose classifier has something to say about them. */
const DATASET = 'scans';
const CLASS_MATTERS_MS = 60_000;

const workspace = newWorkspace();
const sitting = new Sitting('inspector', () => editor);
let editor: Editor;
/** Names of the folders from the dataset down to the images; the last one is their class. */
let folders: readonly string[];
let images: readonly string[];

before(async () => {
  const dataset = await addDataset(workspace, DATASET);
  await addTrainedRun(workspace, dataset);
  folders = foldersToImages(dataset);
  images = readdirSync(path.join(dataset, ...folders)).sort();
  editor = await Editor.open({ workspace, settings: { 'explorer.compactFolders': false } });
});

after(() => closeAndRemove(editor, workspace));

test(
  'an image can be opened in the inspector, which is no default',
  sitting.step(async () => {
    const { page } = editor;
    await openImage(0);
    await page.locator('.editor-instance').first().waitFor();
    await runCommand(page, 'Reopen Editor With...');
    await quickRow(page, 'TSynD Inspector').first().click();
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame.getByText(imageName(0)).first().waitFor();
    await frame
      .getByText(folders.at(-1) ?? '', { exact: true })
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
    await openImage(1);
    await runCommand(page, 'TSynD: Open Inspector to the Side');
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame.getByText(imageName(1)).first().waitFor();
    await openImage(2);
    await frame.getByText(imageName(2)).first().waitFor();
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
    await editorTab(editor.page, imageName(2)).click();
    await frame.getByText(imageName(2)).first().waitFor();
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

async function openImage(index: number): Promise<void> {
  const { page } = editor;
  if (!(await explorerRow(page, DATASET).isVisible())) await runCommand(page, 'View: Show Explorer');
  const row = await unfold(page, DATASET, ...folders, imageName(index));
  await row.click();
  await editorTab(page, imageName(index)).waitFor();
}

function imageName(index: number): string {
  return images[index] ?? '';
}
