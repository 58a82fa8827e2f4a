import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  TabInputCustom,
  TabInputText,
  TabInputWebview,
  Uri,
  window,
  workspace,
  type Tab,
} from 'vscode';
import { hostTest } from './support/hostTest.ts';

const CHECK_MS = 100;
const WAIT_MS = 30_000;

hostTest('a run opens in one gallery, however often it is asked for', async () => {
  const run = runFolder();
  await commands.executeCommand('tsynd.openGallery', run);
  const [tab] = await openTabs(isGallery, 1);
  assert.match(tab.label, /phantoms/);
  await commands.executeCommand('tsynd.openGallery', run);
  await openTabs(isGallery, 1);
});

hostTest('an image opens in the inspector as an editor of its file', async () => {
  await closeAll();
  const image = imageFile();
  await commands.executeCommand('vscode.openWith', image, 'tsynd.inspector');
  const [tab] = await openTabs(isInspector, 1);
  assert.equal((tab.input as TabInputCustom).uri.fsPath, image.fsPath);
});

hostTest('an image opens in another editor when nobody asks for the inspector', async () => {
  await closeAll();
  await commands.executeCommand('vscode.open', imageFile());
  await openTabs(() => true, 1);
  assert.deepEqual(allTabs().filter(isInspector), []);
});

hostTest('the inspector at the side is a panel beside the image', async () => {
  await closeAll();
  await commands.executeCommand('vscode.open', imageFile());
  await commands.executeCommand('tsynd.openInspectorToSide');
  const [panel] = await openTabs(isSideInspector, 1);
  assert.equal(window.tabGroups.all.length, 2);
  assert.notEqual(panel.group, window.tabGroups.all[0]);
});

hostTest('a dataset is summarized as a document that cannot be saved by mistake', async () => {
  await closeAll();
  await commands.executeCommand('tsynd.inspectDataset', Uri.file(path.join(root(), 'phantoms')));
  await openTabs(({ input }) => input instanceof TabInputText, 1);
  const text = window.activeTextEditor?.document.getText() ?? '';
  assert.match(text, /train/);
  assert.match(text, /malignant/);
  assert.notEqual(window.activeTextEditor?.document.uri.scheme, 'untitled');
});

hostTest('closing all editors leaves nothing of ours', async () => {
  await closeAll();
  await openTabs(() => true, 0);
});

function root(): string {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'No folder is open.');
  return folder;
}

function runFolder(): string {
  const runs = path.join(root(), '.tsynd/runs');
  return path.join(runs, readdirSync(runs)[0] ?? '');
}

function imageFile(): Uri {
  const folder = path.join(root(), 'phantoms/train/normal');
  return Uri.file(path.join(folder, readdirSync(folder).sort()[0] ?? ''));
}

function allTabs(): readonly Tab[] {
  return window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

function isGallery({ input }: Tab): boolean {
  return input instanceof TabInputWebview && input.viewType.endsWith('tsynd.gallery');
}

function isSideInspector({ input }: Tab): boolean {
  return input instanceof TabInputWebview && input.viewType.endsWith('tsynd.inspectorPanel');
}

function isInspector({ input }: Tab): boolean {
  return input instanceof TabInputCustom && input.viewType === 'tsynd.inspector';
}

/** Waits until so many tabs are like that. */
async function openTabs(isWanted: (tab: Tab) => boolean, count: number): Promise<readonly Tab[]> {
  for (let waited = 0; ; waited += CHECK_MS) {
    const tabs = allTabs().filter(isWanted);
    if (tabs.length === count) return tabs;
    assert.ok(waited < WAIT_MS, `${tabs.length} tabs instead of ${count}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

async function closeAll(): Promise<void> {
  await commands.executeCommand('workbench.action.closeAllEditors');
}
