import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PRESET_SETTINGS } from '../../src/protocol/settings.ts';
import { jsonLines, runCli } from '../support/cli.ts';
import { writeNoiseFolder } from '../support/poolFiles.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'), { counts: [64, 12, 12] });

function readManifest(run: string): { status: string; settings: Record<string, unknown>; device: unknown } {
  return JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as ReturnType<typeof readManifest>;
}

/** Starts a run, ends it as soon as it has its folder, and returns what it recorded. */
async function settingsOf(...words: string[]): Promise<ReturnType<typeof readManifest>> {
  let run = '';
  let isInterrupted = false;
  const result = await runCli(
    ['generate', dataset, '--json', '--out', path.join(folder, 'settings'), ...words],
    {
      onLine: (line, child) => {
        const event = JSON.parse(line) as { type: string; folder: string };
        if (event.type === 'run') run = event.folder;
        // Once only: a second interrupt ends the program at once, before the run says that it is stopped.
        if (event.type === 'progress' && !isInterrupted) isInterrupted = child.kill('SIGINT');
      },
    },
  );
  assert.equal(result.exitCode, 130, result.stderr);
  return readManifest(run);
}

test('a run of the quick preset ends in a complete folder, whose path is the last line', async () => {
  const cwd = path.join(folder, 'plain');
  mkdirSync(cwd);
  const result = await runCli(['generate', dataset, '--method', 'baseline', '--device', 'cpu'], { cwd });
  assert.equal(result.exitCode, 0, result.stderr);
  const run = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  assert.equal(path.dirname(run), path.join(cwd, '.tsynd/runs'));
  assert.match(path.basename(run), /^\d{8}-\d{6}-tiny-baseline$/);
  const { status, settings } = readManifest(run);
  assert.equal(status, 'finished');
  assert.deepEqual(settings, {
    ...PRESET_SETTINGS.quick,
    preset: 'quick',
    method: 'baseline',
    count: 0,
    seed: 0,
    fraction: 1,
    skipUnreadable: false,
  });
  assert.match(result.stdout, /^tiny: binary-class, 8 x 8 grey, 8 bits$/m);
  assert.match(result.stderr, /^classifier: done in [\d.]+ s$/m);
  assert.ok(existsSync(path.join(run, 'checkpoints/classifier.safetensors')));
});

test('with --json stdout has one event a line and the result last', async () => {
  const out = path.join(folder, 'json');
  const words = ['--method', 'baseline', '--device', 'cpu', '--threads', '1', '--json', '--out', out];
  const result = await runCli(['generate', dataset, ...words]);
  assert.equal(result.exitCode, 0, result.stderr);
  const lines = jsonLines(result);
  assert.deepEqual(
    [...new Set(lines.map(({ type }) => type))],
    ['dataset', 'run', 'progress', 'metrics', 'stageFinished', 'result'],
  );
  const end = lines.at(-1);
  assert.equal(end?.samples, 0);
  assert.equal(end.folder, path.join(out, String(end.id)));
  const steps = lines.filter(({ type }) => type === 'progress');
  // 64 images are one step an epoch, and the quick preset takes 120 steps.
  assert.deepEqual(
    steps.map(({ done }) => done),
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
  assert.equal(lines.filter(({ type }) => type === 'metrics').length, 240);
});

test('options become the settings of the run', async () => {
  const words = '--count 3 --method noise --preset paper --steps 7 --seed 9 --fraction 0.5 --threads 1'.split(
    ' ',
  );
  const { settings, device, status } = await settingsOf(...words, '--device', 'cpu', '--skip-unreadable');
  assert.equal(status, 'stopped');
  assert.deepEqual(settings, {
    ...PRESET_SETTINGS.paper,
    preset: 'paper',
    method: 'noise',
    count: 3,
    seed: 9,
    fraction: 0.5,
    skipUnreadable: true,
    generation: { ...PRESET_SETTINGS.paper.generation, steps: 7 },
  });
  assert.equal((device as { threads: number }).threads, 1);
});

test('64 samples by mutual information are the default', async () => {
  const { settings } = await settingsOf('--device', 'cpu');
  assert.equal(settings.method, 'mi');
  assert.equal(settings.count, 64);
});

test('a reader that goes away does not end a run', async () => {
  const out = path.join(folder, 'closedPipe');
  const words = ['generate', dataset, '--method', 'baseline', '--device', 'cpu', '--json', '--out', out];
  const result = await runCli(words, { onLine: (_, child) => child.stdout?.destroy() });
  assert.equal(result.exitCode, 0, result.stderr);
  assert.doesNotMatch(result.stderr, /EPIPE/);
  assert.equal(readManifest(path.join(out, readdirSync(out)[0])).status, 'finished');
});

test('the bundle starts by itself and knows its version', async () => {
  const { stdout, exitCode } = await runCli(['--version']);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  const bundle = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
  assert.ok(statSync(bundle).mode & 0o100, 'the bundle can be executed');
  assert.match(readFileSync(bundle, 'utf8').slice(0, 40), /^#!\/usr\/bin\/env node\n/);
});

test('a pool and an architecture are recorded with what they hold', async () => {
  const pool = await writeNoiseFolder(path.join(folder, 'pool'), { '0': 40, '1': 40 });
  const options = ['--pool', pool, '--ratio', '1', '--architecture', 'resnet50', '--head', 'simple'];
  const { settings } = await settingsOf(...options);
  assert.equal(settings.method, 'baseline');
  const { architecture, head } = settings.classifier as Record<string, unknown>;
  assert.deepEqual([architecture, head], ['resnet50', 'simple']);
  const { sha256, ...source } = (settings.trainingSet as { pool: Record<string, unknown> }).pool;
  assert.match(String(sha256), /^[0-9a-f]{64}$/);
  assert.deepEqual(
    { ...(settings.trainingSet as object), pool: source },
    { mix: 'real-and-synthetic', pool: { path: pool, samples: 'all' }, ratio: 1 },
  );
});
