/** Grids through the built command line, killed and stopped on their way. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { integers, randomKey } from '../../src/engine/random.ts';
import { readPredictions } from '../../src/jobs/evaluation/readEvaluation.ts';
import { readExperiment } from '../../src/jobs/experiment/readExperiment.ts';
import { jsonLines, runCli, type CliResult } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { runWhole, writeTinyExperiment } from '../support/tinyExperiment.ts';
import { fingerprint, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
writeTinyDataset(path.join(folder, 'tiny.npz'));
const file = writeTinyExperiment(
  folder,
  `
datasets: [tiny.npz]
seeds: [0]
pools: { made: { generate: { method: noise, ratio: 1 } } }
arms:
  - baseline
  - { name: mixed, mix: real-and-synthetic, pool: made, ratio: 1 }
`,
);

/** All that must not depend on how often an experiment was stopped. */
async function resultsOf(out: string): Promise<unknown> {
  const { cells } = await readExperiment(out);
  const pools = readdirSync(path.join(out, 'shared/pools')).map((name) => path.join('shared/pools', name));
  const runs = [...cells.map(({ id }) => path.join('cells', id)), ...pools].sort();
  const results = runs.map(async (run) => {
    const prints = Object.entries(fingerprint(path.join(out, run))).filter(
      // These two say when they were made.
      ([name]) => !['evaluation.json', 'predictions.safetensors'].includes(name),
    );
    return [run, Object.fromEntries(prints), await readPredictions(path.join(out, run))];
  });
  return Promise.all(results);
}

const whole = path.join(folder, 'whole');
await runWhole({ path: file, out: whole });
const expected = await resultsOf(whole);

const COMMON = ['--device', 'cpu', '--threads', '1', '--json'];

function interruptAt(
  out: string,
  lineNumber: number,
  signal: NodeJS.Signals,
  delayMs = 0,
): Promise<CliResult> {
  let seen = 0;
  return runCli(['experiment', file, '--out', out, ...COMMON], {
    onLine: (_, child) => {
      if (++seen === lineNumber) setTimeout(() => child.kill(signal), delayMs);
    },
  });
}

test('a grid that is killed again and again ends in the same bytes', async () => {
  const out = path.join(folder, 'killed');
  const delays = integers(randomKey(2), 6, 40);
  let kills = 0;
  for (const [index, lineNumber] of integers(randomKey(1), 6, 24).entries()) {
    const killed = await interruptAt(out, lineNumber + 2, 'SIGKILL', delays[index]);
    if (killed.exitCode === 0) break;
    kills++;
  }
  assert.ok(kills > 2, `killed ${kills} times`);
  const finished = await runCli(['experiment', file, '--out', out, ...COMMON]);
  assert.equal(finished.exitCode, 0, finished.stderr);
  const last = jsonLines(finished).at(-1);
  assert.deepEqual(last, { type: 'result', folder: out, finished: 2, failed: 0 });
  assert.deepEqual(await resultsOf(out), expected);
});

test('Ctrl-C stops it, and says how to go on', async () => {
  const out = path.join(folder, 'stopped');
  const stopped = await interruptAt(out, 6, 'SIGINT');
  assert.equal(stopped.exitCode, 130, stopped.stderr);
  assert.match(stopped.stderr, new RegExp(`Go on with it: tsynd experiment ${out}`));
  assert.ok(!existsSync(path.join(out, 'experiment.lock')));
  const finished = await runCli(['experiment', out]);
  assert.equal(finished.exitCode, 0, finished.stderr);
  assert.match(finished.stdout, /\d of 2 cells finished/);
  assert.match(finished.stdout, /majority rate/);
  for (const report of ['report.md', 'report.csv', 'report.html'])
    assert.ok(existsSync(path.join(out, report)));
  assert.equal(finished.stdout.trimEnd().split('\n').at(-1), out);
});

test('a dry run checks the grid and lists its cells', async () => {
  const out = path.join(folder, 'dry');
  const { exitCode, stdout, stderr } = await runCli(['experiment', file, '--out', out, '--dry-run']);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /tiny +100 % +resnet18 +baseline +seed 0\n +tiny +100 % +resnet18 +mixed +seed 0/);
  assert.ok(!existsSync(path.join(out, 'cells')));
});

test('what is wrong in the file is told with its line', async () => {
  const wrong = writeTinyExperiment(folder, 'datasets: [tiny.npz]\nseeds: [0]\narms: [mii]\n', 'wrong.yaml');
  const { exitCode, stderr } = await runCli(['experiment', wrong, '--out', path.join(folder, 'wrong')]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /wrong\.yaml, line \d+: arms\[0\] cannot be 'mii'\. Did you mean 'mi'\?/);
});

test('a failed cell is counted in the exit code', async () => {
  const failing = writeTinyExperiment(
    folder,
    'datasets: [tiny.npz]\nseeds: [0]\narms: [{ name: a, classifier: { learningRate: 1.0e+30 } }]\n',
    'failing.yaml',
  );
  const { exitCode, stderr } = await runCli(['experiment', failing, '--out', path.join(folder, 'failing')]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /Failed: .*\n(.*\n)*1 cell failed; the same command tries again\./);
});
