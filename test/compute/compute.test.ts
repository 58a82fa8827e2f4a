/** The built compute process, through the same supervisor as in the editor. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { SupervisedProcess } from '../../src/extension/processes/supervisedProcess.ts';
import type { ComputeApi, RunProgress } from '../../src/protocol/computeApi.ts';
import type { GenerateChoices } from '../../src/protocol/generateChoices.ts';
import { RunFolder, runPaths } from '../../src/runs/runFolder.ts';
import { computeProcess, failureOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';
import { waitUntil } from '../support/waitUntil.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
/** Long enough to be interrupted. */
const LONG = { autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 300 } };
const uninterrupted = fingerprint((await tinyRun(dataset, out, LONG)).folder);
const longRun = (): Promise<string> => stoppedRun(dataset, out, LONG);

const { client: compute, lines } = computeProcess();

type Client = SupervisedProcess<ComputeApi>;

/** Goes on with a run; `interrupt` is called once, at the first progress with at least `done` steps. */
async function resumeUntil(
  client: Client,
  run: string,
  done: number,
  interrupt: () => void,
): Promise<unknown> {
  let isDue = true;
  return client.request(
    'run/resume',
    { run },
    {
      onProgress: (progress) => {
        if (!isDue || progress.done < done) return;
        isDue = false;
        interrupt();
      },
    },
  );
}

async function statusOf(run: string): Promise<string> {
  return (await RunFolder.open(run)).manifest.status;
}

describe('a run', () => {
  test('is made as chosen, with progress from the dataset to the end', async () => {
    const larger = writeTinyDataset(path.join(folder, 'larger.npz'), { counts: [480, 12, 12] });
    const choices: GenerateChoices = { preset: 'quick', method: 'baseline', seed: 3, fraction: 0.5 };
    const seen: RunProgress[] = [];
    const result = await compute.request(
      'run/generate',
      { datasetPath: larger, choices, device: 'cpu', threads: 1, out },
      { onProgress: (progress) => seen.push(progress) },
    );
    assert.equal(seen[0].stage, 'dataset');
    assert.equal(seen[0].folder, undefined);
    const steps = seen.filter(({ stage }) => stage === 'classifier');
    assert.ok(steps.length > 1);
    assert.ok(
      steps.every(({ done, total }, index) => done <= total && done >= (steps[index - 1]?.done ?? 0)),
    );
    const last = steps.at(-1);
    assert.equal(last?.folder, result.folder);
    assert.equal(last.done, last.total);
    assert.ok(last.loss !== undefined && last.epoch !== undefined && last.valAuroc !== undefined);
    assert.match(last.device ?? '', /CPU, 1 threads/);

    const { manifest } = await RunFolder.open(result.folder);
    assert.equal(path.dirname(result.folder), out);
    assert.equal(manifest.status, 'finished');
    assert.equal(manifest.settings.method, 'baseline');
    assert.equal(manifest.settings.fraction, 0.5);
    assert.deepEqual(manifest.result, {
      bestEpoch: result.bestEpoch,
      valAuroc: result.valAuroc,
      samples: result.samples,
    });
  });

  test('that is cancelled is stopped on the disk, and ends in the same bytes', async () => {
    const run = await longRun();
    for (const done of [5, 60]) {
      const controller = new AbortController();
      const failure = await failureOf(
        compute.request(
          'run/resume',
          { run },
          {
            signal: controller.signal,
            onProgress: (progress) => {
              if (progress.done >= done) controller.abort();
            },
          },
        ),
      );
      assert.equal(failure.code, 'cancelled');
      assert.equal(await statusOf(run), 'stopped');
      assert.ok(!existsSync(runPaths(run).lock));
    }
    const result = await compute.request('run/resume', { run });
    assert.equal(result.folder, run);
    assert.equal(result.samples, TINY_SETTINGS.count);
    assert.deepEqual(fingerprint(run), uninterrupted);
  });

  test('cancelled at once has no folder', async () => {
    const controller = new AbortController();
    const choices: GenerateChoices = { preset: 'quick', method: 'mi', seed: 1, fraction: 1 };
    const empty = path.join(folder, 'none');
    const failure = await failureOf(
      compute.request(
        'run/generate',
        { datasetPath: dataset, choices, device: 'cpu', out: empty },
        { signal: controller.signal, onProgress: () => controller.abort() },
      ),
    );
    assert.equal(failure.code, 'cancelled');
  });

  test('is refused while another one trains, which goes on', async () => {
    const [first, second] = [await longRun(), await longRun()];
    const refused: unknown[] = [];
    const result = await resumeUntil(compute, first, 1, () => {
      void failureOf(compute.request('run/resume', { run: second })).then((error) => refused.push(error));
    });
    assert.deepEqual(
      refused.map((error) => (error as { code: string }).code),
      ['process/unavailable'],
    );
    assert.match(String(refused[0]), /training another run already/);
    assert.equal((result as { folder: string }).folder, first);
    assert.ok(!existsSync(runPaths(second).metrics));
    assert.deepEqual(fingerprint(first), uninterrupted);
  });

  test('that cannot be found says so, and the next one is taken', async () => {
    const failure = await failureOf(compute.request('run/resume', { run: path.join(folder, 'nothing') }));
    assert.equal(failure.code, 'run/not-found');
    const run = await longRun();
    await compute.request('run/resume', { run });
    assert.equal(await statusOf(run), 'finished');
  });
});

describe('an end in the midst of a run', () => {
  test('by a crash rejects, is never repeated, and leaves a run that goes on', async () => {
    const run = await longRun();
    const { client } = computeProcess();
    const failure = await failureOf(
      resumeUntil(client, run, 40, () => {
        if (client.status.health === 'ready') process.kill(client.status.pid, 'SIGKILL');
      }),
    );
    assert.equal(failure.code, 'process/exited');
    assert.match(failure.message, /^The compute process was killed from outside, or for lack of memory/);
    assert.equal(client.status.health, 'crashed');
    assert.equal(await statusOf(run), 'running');
    await client.request('run/resume', { run });
    assert.deepEqual(fingerprint(run), uninterrupted);
  });

  test('when it is asked to stop leaves the run stopped', async () => {
    const run = await longRun();
    const { client } = computeProcess();
    let stopped: Promise<void> | undefined;
    const failure = await failureOf(
      resumeUntil(client, run, 40, () => {
        stopped = client.stop();
      }),
    );
    assert.equal(failure.code, 'cancelled');
    await stopped;
    assert.deepEqual(client.status, { health: 'idle' });
    assert.equal(await statusOf(run), 'stopped');
    await client.request('run/resume', { run });
    assert.deepEqual(fingerprint(run), uninterrupted);
  });

  test('by SIGTERM leaves the run stopped', { skip: process.platform === 'win32' }, async () => {
    const run = await longRun();
    const { client } = computeProcess();
    const failure = await failureOf(
      resumeUntil(client, run, 40, () => {
        if (client.status.health === 'ready') process.kill(client.status.pid, 'SIGTERM');
      }),
    );
    assert.equal(failure.code, 'cancelled');
    await waitUntil('the process ends', () => client.status.health === 'crashed');
    const message = 'The compute process ended unexpectedly (exit code 0).';
    assert.deepEqual(client.status, { health: 'crashed', message });
    assert.equal(await statusOf(run), 'stopped');
  });
});

describe('what is asked', () => {
  test('is checked, and a mistake names its field', async () => {
    const choices: GenerateChoices = { preset: 'quick', method: 'mi', seed: -1, fraction: 1 };
    const wrong = compute.request('run/generate', { datasetPath: dataset, choices, device: 'cpu', out });
    const failure = await failureOf(wrong);
    assert.equal(failure.code, 'settings/invalid');
    assert.match(
      failure.message,
      /^'run\/generate' was asked for with what it cannot take \(choices\.seed: /,
    );

    const relative = await failureOf(compute.request('run/resume', { run: 'runs/1' }));
    assert.match(relative.message, /run: Expected an absolute path\./);

    const unknown = { run: folder, force: true };
    const strange = await failureOf(compute.request('run/resume', unknown));
    assert.equal(strange.code, 'settings/invalid');
    assert.match(strange.message, /force/);
  });
});

test('the process says when it is ready', () => {
  assert.match(lines.join('\n'), /^compute process \d+ ready in \d+ ms$/m);
});
