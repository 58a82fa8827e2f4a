import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Library } from '../../../src/jobs/library/library.ts';
import { acquireRunLock } from '../../../src/runs/runLock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeTinyDataset } from '../../support/tinyRun.ts';
import { handMadeRun } from './handMadeRun.ts';

const folder = temporaryFolder();
const dataset = { path: writeTinyDataset(path.join(folder, 'tiny.npz')), format: 'npz' } as const;
const library = new Library();
const summarize = (run: string) => library.summarizeRun({ run });

describe('a run’s summary', () => {
  test('says all that a line of the tree shows', async () => {
    const { paths, manifest } = await handMadeRun(path.join(folder, 'whole'), { dataset });
    const { settings, ...summary } = await summarize(paths.root);
    assert.equal(settings?.method, 'mi');
    assert.deepEqual(summary, {
      folder: paths.root,
      id: '20260131-120000-tiny-mi',
      status: 'finished',
      problem: undefined,
      isElsewhere: false,
      lockedBy: undefined,
      createdAt: '2026-01-31T12:00:00.000Z',
      stage: 'samples',
      device: 'cpu',
      dataset: {
        ...{ name: 'tiny', ...dataset, task: 'binary-class', classNames: ['left', 'right'] },
        ...{ channels: 1, imageSize: 8, sha256: manifest.dataset.sha256 },
      },
      seconds: 5,
      samples: 6,
      valAuroc: 0.75,
      bestEpoch: 2,
      lastEpoch: { stage: 'classifier', epoch: 2, loss: 0.5, auroc: 1 },
    });
  });

  test('counts samples again when there are more, and needs neither samples nor metrics', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'growing'), { dataset });
    assert.equal((await summarize(paths.root)).samples, 6);
    appendFileSync(paths.samples, '{}\n{}\n{"torn"');
    assert.equal((await summarize(paths.root)).samples, 8);
    rmSync(paths.samples);
    writeFileSync(paths.metrics, 'damaged\n');
    const without = await summarize(paths.root);
    assert.deepEqual([without.samples, without.lastEpoch, without.status], [0, undefined, 'finished']);
    rmSync(paths.metrics);
    assert.equal((await summarize(paths.root)).lastEpoch, undefined);
  });

  test('tells why it failed, and keeps settings of another time out', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'failed'), {
      dataset,
      manifest: {
        status: 'failed',
        error: 'The disk is full.',
        settings: { method: 'other' },
        result: undefined,
      },
    });
    const { status, problem, settings, valAuroc } = await summarize(paths.root);
    assert.deepEqual(
      [status, problem, settings, valAuroc],
      ['failed', 'The disk is full.', undefined, undefined],
    );
  });

  test('of a damaged or later run.json says so', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'bad'), { dataset });
    writeFileSync(paths.manifest, '{"formatVersion": 1, "id"');
    const damaged = await summarize(paths.root);
    assert.equal(damaged.status, 'unreadable');
    assert.match(damaged.problem ?? '', /run\.json is not JSON\. Restore the file from a copy/);
    writeFileSync(paths.manifest, '{"formatVersion": 7}');
    const later = await summarize(paths.root);
    assert.deepEqual([later.status, later.id], ['unreadable', '20260131-120000-tiny-mi']);
    assert.match(later.problem ?? '', /has format 7, .* Update TSynD to open this run\./);
    rmSync(paths.manifest);
    await assert.rejects(summarize(paths.root), { code: 'run/not-found' });
  });
});

describe('the status of a run whose run.json says running', () => {
  const manifest = { status: 'running', stage: 'classifier', result: undefined } as const;

  test('is interrupted when nobody holds its lock, or its process has ended', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'left'), { dataset, manifest });
    assert.equal((await summarize(paths.root)).status, 'interrupted');
    // No process of this machine is older than the machine.
    writeFileSync(paths.lock, JSON.stringify({ pid: process.ppid, hostname: hostname(), startedAt: 0 }));
    const { status, isElsewhere, lockedBy } = await summarize(paths.root);
    assert.deepEqual([status, isElsewhere, lockedBy], ['interrupted', false, undefined]);
    writeFileSync(paths.lock, 'damaged');
    assert.equal((await summarize(paths.root)).status, 'interrupted');
  });

  test('is running while a process lives, which is named', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'live'), { dataset, manifest });
    const holder = spawn(
      process.execPath,
      ['--import', 'tsx', path.resolve(import.meta.dirname, '../../runs/holdLock.ts'), paths.lock],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await once(holder.stdout, 'data');
      const { status, isElsewhere, lockedBy } = await summarize(paths.root);
      assert.deepEqual([status, isElsewhere], ['running', true]);
      assert.deepEqual(lockedBy, { pid: holder.pid, hostname: hostname() });
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'close');
    }
    assert.equal((await summarize(paths.root)).status, 'interrupted');
  });

  test('is running, but not elsewhere, when this process holds the lock; also when it goes on with it', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'own'), {
      dataset,
      manifest: { ...manifest, status: 'stopped' },
    });
    assert.equal((await summarize(paths.root)).status, 'stopped');
    const lock = await acquireRunLock(paths.lock);
    const { status, isElsewhere, lockedBy } = await summarize(paths.root);
    assert.deepEqual([status, isElsewhere, lockedBy?.pid], ['running', false, process.pid]);
    await lock.release();
  });

  test('is running when another machine holds the lock, which cannot be asked', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'remote'), { dataset, manifest });
    writeFileSync(paths.lock, JSON.stringify({ pid: 1, hostname: 'elsewhere', startedAt: 0 }));
    const { status, isElsewhere, lockedBy } = await summarize(paths.root);
    assert.deepEqual([status, isElsewhere, lockedBy], ['running', true, { pid: 1, hostname: 'elsewhere' }]);
  });
});

describe('the list of runs', () => {
  test('has the newest first, over all folders, and no bad run hides another', async () => {
    const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
    const times = ['2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-02T00:00:00Z'];
    const runs = [];
    for (const [index, createdAt] of times.entries()) {
      runs.push(await handMadeRun(index === 1 ? second : first, { dataset, createdAt, count: 1 }));
    }
    writeFileSync(runs[2].paths.manifest, 'damaged');
    mkdirSync(path.join(first, 'notes'));
    mkdirSync(path.join(first, '.hidden'));
    writeFileSync(path.join(first, 'README.txt'), 'no run');
    symlinkSync(path.join(first, 'nowhere'), path.join(first, 'broken-link'));
    const listed = await library.listRuns({
      folders: [first, second, path.join(folder, 'none'), `${first}/`],
    });
    assert.deepEqual(
      listed.map(({ id, status }) => [id, status]),
      [
        ['20260103-000000-tiny-mi', 'finished'],
        ['20260102-000000-tiny-mi', 'unreadable'],
        ['20260101-000000-tiny-mi', 'finished'],
      ],
    );
  });

  test('says which folder cannot be listed', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const [entry, ...others] = await library.listRuns({ folders: [file] });
    assert.deepEqual([entry.status, others], ['unreadable', []]);
    assert.equal(entry.problem, `The folder of runs ${file} cannot be read: it is not a folder.`);
    assert.deepEqual(await library.listRuns({ folders: [] }), []);
  });
});
