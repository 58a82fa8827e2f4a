import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { integers, randomKey } from '../../src/engine/random.ts';
import { RunFolder, runPaths } from '../../src/runs/runFolder.ts';
import { acquireRunLock } from '../../src/runs/runLock.ts';
import { jsonLines, runCli, type CliResult } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const uninterrupted = fingerprint((await tinyRun(dataset, out)).folder);

/** Goes on with a run; some ms after its n-th event it gets a signal. */
function interruptAt(
  run: string,
  eventNumber: number,
  signal: NodeJS.Signals,
  delayMs = 0,
): Promise<CliResult> {
  let seen = 0;
  return runCli(['generate', '--resume', run, '--json'], {
    onLine: (_, child) => {
      if (++seen === eventNumber) setTimeout(() => child.kill(signal), delayMs);
    },
  });
}

for (const seed of [1, 2, 3]) {
  test(`a run that is killed again and again ends in the same bytes (${seed})`, async () => {
    const run = await stoppedRun(dataset, out);
    // An epoch of the autoencoder has 7 events, one of the classifier 5, all samples 5.
    const delays = integers(randomKey(seed + 100), 8, 40);
    for (const [index, eventNumber] of integers(randomKey(seed), 8, 16).entries()) {
      const killed = await interruptAt(run, eventNumber + 1, 'SIGKILL', delays[index]);
      if (killed.exitCode === 0) break;
    }
    const resumed = await runCli(['generate', '--resume', run]);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    assert.equal((await RunFolder.open(run)).manifest.status, 'finished');
    assert.deepEqual(fingerprint(run), uninterrupted);
  });
}

test('Ctrl-C stops a run cleanly, says how to go on, and the end has the same bytes', async () => {
  const long = { autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 300 } };
  const expected = fingerprint((await tinyRun(dataset, out, long)).folder);
  const run = await stoppedRun(dataset, out, long);
  for (const [signal, eventNumber] of [
    ['SIGINT', 30],
    ['SIGTERM', 50],
  ] as const) {
    const stopped = await interruptAt(run, eventNumber, signal);
    assert.equal(stopped.exitCode, 130, stopped.stderr);
    const end = jsonLines(stopped).at(-1);
    assert.equal(end?.type, 'error');
    assert.equal(end.code, 'cancelled');
    assert.match(stopped.stderr, new RegExp(`Go on with the run: tsynd generate --resume ${run}`));
    assert.equal((await RunFolder.open(run)).manifest.status, 'stopped');
    assert.ok(!existsSync(runPaths(run).lock));
  }
  const resumed = await runCli(['generate', '--resume', run]);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  assert.equal(resumed.stdout.trimEnd().split('\n').at(-1), run);
  assert.deepEqual(fingerprint(run), expected);
});

test('a finished run is left as it is', async () => {
  const { folder: run } = await tinyRun(dataset, out);
  const resumed = await runCli(['generate', '--resume', run, '--json']);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  assert.equal(jsonLines(resumed).at(-1)?.samples, 10);
  assert.deepEqual(fingerprint(run), uninterrupted);
});

test('torn lines and files that were under way do not stay', async () => {
  const run = await stoppedRun(dataset, out);
  await interruptAt(run, 1, 'SIGKILL');
  const { metrics, checkpoints } = runPaths(run);
  writeFileSync(metrics, '{"stage":"autoenc', { flag: 'a' });
  writeFileSync(path.join(checkpoints, '.part-resume.safetensors-1'), 'half');
  const resumed = await runCli(['generate', '--resume', run]);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  assert.deepEqual(fingerprint(run), uninterrupted);
});

test('a run in use by another process is refused', async () => {
  const run = await stoppedRun(dataset, out);
  const lock = await acquireRunLock(runPaths(run).lock);
  const refused = await runCli(['generate', '--resume', run, '--json']);
  assert.equal(refused.exitCode, 2);
  assert.equal(jsonLines(refused).at(-1)?.code, 'run/locked');
  assert.match(refused.stderr, new RegExp(`in use by process ${process.pid} on .*Wait until it ends`));
  await lock.release();
});

test('a changed dataset is refused, a moved one is found by its new path', async () => {
  const original = writeTinyDataset(path.join(folder, 'original.npz'));
  const run = await stoppedRun(original, out);
  writeTinyDataset(original, { testSeed: 7 });
  const changed = await runCli(['generate', '--resume', run]);
  assert.equal(changed.exitCode, 2);
  assert.match(
    changed.stderr,
    /original\.npz has changed since run .* Restore the dataset, or start a new run\./,
  );

  await mkdir(path.join(folder, 'moved'));
  const moved = writeTinyDataset(path.join(folder, 'moved/original.npz'));
  const resumed = await runCli(['generate', moved, '--resume', run]);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  assert.deepEqual(fingerprint(run), uninterrupted);
  assert.equal((await RunFolder.open(run)).manifest.dataset.path, moved, 'the run knows where it lies now');
});

test('settings cannot be changed on the way', async () => {
  const run = await stoppedRun(dataset, out);
  for (const [flag, value] of Object.entries({
    '--count': '3',
    '--seed': '0',
    '--out': 'x',
    '--device': 'cpu',
  })) {
    const refused = await runCli(['generate', '--resume', run, flag, value]);
    assert.equal(refused.exitCode, 2);
    assert.match(
      refused.stderr,
      new RegExp(`^Error: ${flag} cannot be given with --resume\\. A run goes on`),
    );
  }
});

test('a diverging run says so with exit code 2, whoever runs it', async () => {
  const classifier = { ...TINY_SETTINGS.classifier, learningRate: 1e30 };
  const run = await stoppedRun(dataset, out, { classifier });
  const diverged = await runCli(['generate', '--resume', run, '--json']);
  assert.equal(diverged.exitCode, 2);
  const end = jsonLines(diverged).at(-1);
  assert.equal(end?.code, 'training/diverged');
  assert.match(
    String(end.message),
    /^The classifier's uncertainty of synthetic image \d+ is not a number\.$/,
  );
  assert.equal((await RunFolder.open(run)).manifest.status, 'failed');
});

test('a damaged record of the run is told', async () => {
  const run = await stoppedRun(dataset, out);
  writeFileSync(runPaths(run).subsetIndices, '[1, 2, 4000]');
  const refused = await runCli(['generate', '--resume', run]);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /subset\.json does not list the run's training images\./);
});
