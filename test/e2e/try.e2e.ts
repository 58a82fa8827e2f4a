import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { runningProcesses } from '../tools/runningProcesses.ts';
import { installVscodeTools } from '../tools/vscodeTools.ts';
import { launchBrowser } from './support/browser.ts';
import { ROOT } from './support/editor.ts';
import { chooseFromExplorerMenu, quickTitle } from './support/workbench.ts';

test('npm run try draws a dataset, prints an address where the extension works, and leaves nothing behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-try-test-'));
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'test/tools/try.ts')], {
    cwd: ROOT,
    // All that it writes goes here.
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let address = '';
    for await (const line of createInterface(child.stdout)) {
      address = /http:\/\/\S+/.exec(line)?.[0] ?? '';
      if (address !== '') break;
    }
    const browser = await launchBrowser(installVscodeTools(), path.join(folder, 'browser'));
    try {
      const page = await browser.newPage();
      await page.goto(address);
      await chooseFromExplorerMenu(page, 'sample-dataset', 'TSynD', 'Generate TSynD Samples');
      await quickTitle(page, 'Generate TSynD samples: sample-dataset').waitFor();
    } finally {
      await browser.close();
    }
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
    rmSync(path.join(folder, 'browser'), { recursive: true, force: true });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('tsynd')),
      [],
    );
    assert.deepEqual(
      runningProcesses().filter(({ command }) => command.includes(folder)),
      [],
    );
  } finally {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
