import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import { hostTest } from './support/hostTest.ts';

const ID = 'tsynd.tsynd';

hostTest('the extension is found and activates', async () => {
  const extension = extensions.getExtension(ID);
  assert.ok(extension, `There is no extension ${ID}.`);
  await extension.activate();
  assert.equal(extension.isActive, true);
});

hostTest('every contributed command is registered', async () => {
  const extension = extensions.getExtension(ID);
  const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
  const registered = new Set(await commands.getCommands(true));
  const contributed = manifest.contributes.commands.map(({ command }) => command);
  const missing = contributed.filter((command) => !registered.has(command));
  assert.deepEqual(missing, []);
});
