import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { RunFolder, runPaths } from '../../src/runs/runFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';
import { isAlive, waitUntil } from '../support/waitUntil.ts';

const folder = temporaryFolder();

test('an editor that is killed leaves no process behind, and a run that is stopped', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
  const run = await stoppedRun(dataset, path.join(folder, 'runs'), {
    autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 100_000 },
  });
  const script = path.join(import.meta.dirname, 'holdCompute.ts');
  const parent = spawn(process.execPath, ['--import', 'tsx', script, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve, reject) => {
    createInterface(parent.stdout).once('line', (line) => resolve(Number(line)));
    parent.once('exit', () => reject(new Error('The parent ended by itself.')));
  });
  assert.ok(isAlive(pid));
  parent.kill('SIGKILL');
  await waitUntil('the compute process ends', () => !isAlive(pid));
  assert.equal((await RunFolder.open(run)).manifest.status, 'stopped');
  assert.ok(!existsSync(runPaths(run).lock));
});
