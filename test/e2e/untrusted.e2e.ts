import assert from 'node:assert/strict';
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { webviewFrame } from './support/webview.ts';
import {
  dialogButton,
  editorTab,
  openPalette,
  quickInput,
  quickRow,
  runCommand,
  runRow,
  showRuns,
  unfold,
} from './support/workbench.ts';
import {
  addDataset,
  addExperiment,
  addTrainedRun,
  newWorkspace,
  closeAndRemove,
} from './support/workspaces.ts';

/** A folder that the person has not said to trust: all can be looked at, and no model file is loaded. */
const DATASET = 'scans';

const workspace = newWorkspace();
const sitting = new Sitting('untrusted', () => editor);
let editor: Editor;

before(async () => {
  const dataset = await addDataset(workspace, DATASET);
  await addTrainedRun(workspace, dataset);
  await addExperiment(workspace, dataset);
  editor = await Editor.open({
    workspace,
    asksForTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'explorer.compactFolders': false },
  });
});

after(() => closeAndRemove(editor, workspace));

test(
  'generating is not offered',
  sitting.step(async () => {
    const { page } = editor;
    await showRuns(page);
    await runRow(page, '12 samples').waitFor({ timeout: 60_000 });
    await openPalette(page);
    await quickInput(page).fill('>TSynD: Generate');
    assert.equal(await quickRow(page, 'TSynD: Generate').count(), 0);
    await page.keyboard.press('Escape');
  }),
);

test(
  'devices can be looked at, and nothing is installed',
  sitting.step(async () => {
    const { page } = editor;
    await openPalette(page);
    await quickInput(page).fill('>TSynD: ');
    await quickRow(page, 'TSynD: Show Compute Devices').waitFor();
    assert.equal(await quickRow(page, 'Install CUDA Backend').count(), 0);
    await page.keyboard.press('Escape');
  }),
);

test(
  'runs are listed, and their gallery opens',
  sitting.step(async () => {
    const { page } = editor;
    await runRow(page, '12 samples').click();
    await editorTab(page, DATASET).waitFor();
    const gallery = await Gallery.of(page);
    assert.ok((await gallery.tiles.count()) > 0);
  }),
);

test(
  'reports can be read, and nothing can be run from them',
  sitting.step(async () => {
    const { page } = editor;
    await runCommand(page, 'TSynD: Open Report');
    await quickRow(page, 'Read only').first().click();
    const frame = await webviewFrame(page, 'tsynd-report-body');
    await frame.getByText('1 of 2 cells finished. Trust this workspace to go on').waitFor();
    assert.equal(await frame.locator('vscode-button', { hasText: 'Continue' }).count(), 0);
    await frame.locator('[data-confusion]').first().click();
    await frame.locator('tsynd-image-strip tsynd-picture').first().waitFor();
    await screenshot(page, 'report-untrusted');
    await openPalette(page);
    await quickInput(page).fill('>TSynD: Compare Training Sets');
    assert.equal(await quickRow(page, 'Compare Training Sets').count(), 0);
    await page.keyboard.press('Escape');
  }),
);

test(
  'the inspector shows the image and says why there is no prediction',
  sitting.step(async () => {
    const { page } = editor;
    const [className = ''] = readdirSync(path.join(workspace, DATASET)).sort();
    const [image = ''] = readdirSync(path.join(workspace, DATASET, className)).sort();
    await runCommand(page, 'View: Show Explorer');
    await (await unfold(page, DATASET, className, image)).click();
    await runCommand(page, 'TSynD: Open Inspector to the Side');
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame
      .getByText(/not trusted/)
      .first()
      .waitFor();
    await screenshot(page, 'inspector-untrusted');
  }),
);

test(
  'once the folder is trusted, generating is offered and predictions come',
  sitting.step(async () => {
    const { page } = editor;
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
    await page.getByText('You trust this folder').waitFor();
    // The editor of trust lies over all else.
    await page.keyboard.press('Escape');
    await openPalette(page);
    await quickInput(page).fill('>TSynD: Generate');
    await quickRow(page, 'Generate TSynD Samples').first().waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await dialogButton(page, 'Reload').count(), 0);
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);
