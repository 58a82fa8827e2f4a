import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';

import { RunFolder, runPaths, type NewRun } from '../../src/runs/runFolder.ts';
import { acquireRunLock } from '../../src/runs/runLock.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { EXAMPLE_MANIFEST } from './exampleRecords.ts';

const folder = temporaryFolder();

function newRun(out: string, datasetName = 'breastmnist'): NewRun {
  return {
    out: path.join(folder, out),
    method: 'mi',
    createdAt: new Date('2026-01-31T23:59:59.500Z'),
    manifest: { ...EXAMPLE_MANIFEST, dataset: { ...EXAMPLE_MANIFEST.dataset, name: datasetName } },
  };
}

describe('RunFolder.create', () => {
  test('makes the folder and all folders above it, named after time, dataset and method', async () => {
    const run = await RunFolder.create(newRun('a/b'));
    assert.equal(run.paths.root, path.join(folder, 'a/b/20260131-235959-breastmnist-mi'));
    assert.deepEqual(readdirSync(run.paths.root).sort(), ['checkpoints', 'run.json', 'synthetic']);
    assert.equal(run.manifest.id, '20260131-235959-breastmnist-mi');
    assert.equal(run.manifest.createdAt, '2026-01-31T23:59:59.500Z');
  });

  test('gives runs of the same second names of their own, also when made at once', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => RunFolder.create(newRun('same'))));
    const name = '20260131-235959-breastmnist-mi';
    assert.deepEqual(runs.map((run) => run.id).sort(), [name, `${name}-2`, `${name}-3`, `${name}-4`]);
    assert.equal((await RunFolder.open(runs[0].paths.root)).id, runs[0].id);
  });

  test('keeps names of datasets harmless', async () => {
    const cases = {
      '../../etc/x y': 'etc-x-y',
      'Köln: CT?': 'K-ln-CT',
      '..': 'dataset',
      ['z'.repeat(300)]: 'z'.repeat(60),
    };
    for (const [name, expected] of Object.entries(cases)) {
      const run = await RunFolder.create(newRun('names', name));
      assert.equal(run.id, `20260131-235959-${expected}-mi`);
      assert.equal(run.manifest.dataset.name, name);
    }
  });

  test('says so when the place cannot be written', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await assert.rejects(RunFolder.create(newRun('file')), {
      code: 'file/write',
      message: /Could not write/,
    });
  });
});

describe('RunFolder.open', () => {
  test('reads what the last update wrote, and nothing lies beside it', async () => {
    const made = await RunFolder.create(newRun('open'));
    await made.updateManifest({ status: 'failed', error: 'The disk is full.', timings: { autoencoder: 3 } });
    const opened = await RunFolder.open(made.paths.root);
    assert.deepEqual(opened.manifest, made.manifest);
    assert.equal(opened.manifest.error, 'The disk is full.');
    await opened.updateManifest({ status: 'running', error: undefined });
    assert.ok(!('error' in (await RunFolder.open(made.paths.root)).manifest));
    assert.deepEqual(readdirSync(made.paths.root).sort(), ['checkpoints', 'run.json', 'synthetic']);
  });

  test('a value that breaks the format leaves run.json and the manifest as they were', async () => {
    const run = await RunFolder.create(newRun('broken'));
    const before = readFileSync(run.paths.manifest, 'utf8');
    await assert.rejects(run.updateManifest({ timings: { classifier: -1 } }), { code: 'internal' });
    assert.equal(readFileSync(run.paths.manifest, 'utf8'), before);
    assert.deepEqual(run.manifest.timings, {});
  });

  test('what is not a run is not found, what is damaged is named', async () => {
    const nothing = path.join(folder, 'nothing');
    await assert.rejects(RunFolder.open(nothing), {
      code: 'run/not-found',
      message: /There is no run in .*nothing/,
    });
    mkdirSync(nothing);
    await assert.rejects(RunFolder.open(nothing), { code: 'run/not-found' });
    writeFileSync(runPaths(nothing).manifest, '{"formatVersion": 1');
    await assert.rejects(RunFolder.open(nothing), { code: 'run/corrupt', message: /run\.json is not JSON/ });
    await assert.rejects(RunFolder.open(runPaths(nothing).manifest), { code: 'run/not-found' });
  });
});

describe('run lock', () => {
  const script = path.join(import.meta.dirname, 'holdLock.ts');

  async function startHolder(file: string): Promise<{ child: ChildProcess; answer: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', script, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, answer: answer.toString().trim() };
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }

  test('is held by one, and free again after its release', async () => {
    const file = path.join(folder, 'own.lock');
    const lock = await acquireRunLock(file);
    await assert.rejects(acquireRunLock(file), {
      code: 'run/locked',
      message: `The run is in use by process ${process.pid} on ${hostname()}, as ${file} says.`,
    });
    await lock.release();
    assert.ok(!existsSync(file));
    await (await acquireRunLock(file)).release();
  });

  test('of another process counts while that lives, and is taken over after its death', async () => {
    const file = path.join(folder, 'other.lock');
    const { child, answer } = await startHolder(file);
    assert.equal(answer, 'held');
    await assert.rejects(acquireRunLock(file), {
      code: 'run/locked',
      message: new RegExp(`process ${child.pid} `),
    });
    await kill(child);
    assert.ok(existsSync(file));
    await (await acquireRunLock(file)).release();
  });

  test('left by a dead process goes to one only of many that want it', async () => {
    const file = path.join(folder, 'race.lock');
    const first = await startHolder(file);
    await kill(first.child);
    const holders = await Promise.all([1, 2, 3, 4].map(() => startHolder(file)));
    for (const { child } of holders) await kill(child);
    assert.deepEqual(holders.map(({ answer }) => answer).sort(), [
      'held',
      'run/locked',
      'run/locked',
      'run/locked',
    ]);
  });

  test('of an earlier process with the same id, or from before the machine started, is stale', async () => {
    const file = path.join(folder, 'reused.lock');
    const owners = [
      { pid: process.pid, hostname: hostname(), startedAt: performance.timeOrigin - 1000 },
      { pid: process.ppid, hostname: hostname(), startedAt: 0 },
    ];
    for (const owner of owners) {
      writeFileSync(file, JSON.stringify(owner));
      await (await acquireRunLock(file)).release();
    }
  });

  test('of another machine is never taken over', async () => {
    const file = path.join(folder, 'remote.lock');
    writeFileSync(file, JSON.stringify({ pid: 1, hostname: 'elsewhere', startedAt: 0 }));
    await assert.rejects(acquireRunLock(file), { code: 'run/locked', message: /process 1 on elsewhere/ });
  });

  test('that cannot be read counts while it may still be being written', async () => {
    const file = path.join(folder, 'empty.lock');
    writeFileSync(file, '');
    await assert.rejects(acquireRunLock(file), { code: 'run/locked', message: /another process/ });
    const minuteAgo = Date.now() / 1000 - 60;
    utimesSync(file, minuteAgo, minuteAgo);
    await (await acquireRunLock(file)).release();
  });
});
