import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { jsonLines, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const share = z.number().min(0).max(1);
const evaluation = z.object({
  run: z.string(),
  test: z.object({
    accuracy: share,
    balancedAccuracy: share,
    auroc: share,
    majorityRate: share,
    confusionMatrix: z.array(z.array(z.int())).optional(),
    labelConfusionMatrices: z.array(z.array(z.array(z.int()))).optional(),
  }),
});

async function evaluate(run: string, ...words: string[]): Promise<z.infer<typeof evaluation>> {
  const { exitCode, stdout, stderr } = await runCli(['evaluate', run, '--json', ...words]);
  assert.equal(exitCode, 0, stderr);
  return evaluation.parse(JSON.parse(stdout));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test('--json prints one object whose numbers agree with its confusion matrix', async () => {
  const counts = [40, 12, 20] as const;
  const dataset = writeTinyDataset(path.join(folder, 'multiClass.npz'), { task: 'multi-class', counts });
  const { folder: run, id } = await tinyRun(dataset, out, { method: 'baseline', count: 0 });
  const { run: name, test: scores } = await evaluate(run);
  assert.equal(name, id);
  const matrix = scores.confusionMatrix ?? [];
  assert.deepEqual(matrix.map(sum), [7, 7, 6]);
  assert.equal(scores.majorityRate, 7 / 20);
  assert.equal(scores.accuracy, sum(matrix.map((row, label) => row[label])) / 20);
  const recalls = matrix.map((row, label) => row[label] / sum(row));
  assert.ok(Math.abs(scores.balancedAccuracy - sum(recalls) / 3) < 1e-12);
  assert.deepEqual(await evaluate(run), await evaluate(run, '--dataset', dataset));
});

test('as text: the scores and a table with the names of the classes', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'breastmnist.npz'));
  const { folder: run, id } = await tinyRun(dataset, out, { method: 'baseline', count: 0 });
  const { exitCode, stdout } = await runCli(['evaluate', run]);
  assert.equal(exitCode, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines[0], `${id} on 12 test images`);
  assert.deepEqual(
    lines.slice(1, 5).map((line) => line.trim().split(/ {2,}/)[0]),
    ['accuracy', 'balanced accuracy', 'AUC', 'majority-class rate'],
  );
  assert.match(lines[4], /0\.500$/);
  assert.equal(lines[5], 'Confusion matrix (rows: true class, columns: predicted class)');
  assert.deepEqual(lines[6].trim().split(/ {2,}/), ['malignant', 'normal, benign']);
  assert.equal(new Set(lines.slice(6).map((line) => line.length)).size, 1, 'the columns are aligned');
});

test('multi-label: a matrix for each label', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'multiLabel.npz'), { task: 'multi-label' });
  const { folder: run } = await tinyRun(dataset, out, { method: 'baseline', count: 0 });
  const { test: scores } = await evaluate(run);
  assert.equal(scores.confusionMatrix, undefined);
  assert.deepEqual(
    scores.labelConfusionMatrices?.map((matrix) => sum(matrix.map(sum))),
    [12, 12, 12],
  );
  const { stdout } = await runCli(['evaluate', run]);
  assert.match(stdout, /Each label on its own\n +true positives +false positives/);
});

test('--robust: a table of all conditions, checks, and evaluation.json in the folder of the run', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'robust.npz'));
  const { folder: run, id } = await tinyRun(dataset, out, { method: 'baseline', count: 0 });
  await evaluate(run);
  assert.ok(!existsSync(path.join(run, 'evaluation.json')), 'Without --robust nothing is written.');

  const asText = await runCli(['evaluate', run, '--robust', '--seed', '5']);
  assert.equal(asText.exitCode, 0, asText.stderr);
  const lines = asText.stdout.trimEnd().split('\n');
  assert.equal(lines[0], `${id} on 12 test images`);
  assert.match(lines[1], /^ +accuracy +majority rate +balanced accuracy +AUC +ECE$/);
  const names = lines.slice(2, 19).map((line) => line.trim().split(/ {2,}/)[0]);
  assert.deepEqual(names.slice(0, 2), ['clean', 'noise σ 0.04']);
  assert.deepEqual(names.slice(-2), ['PGD-20 ε 8/255', 'PGD-20 ε 16/255']);
  for (const line of lines.slice(2, 19)) assert.equal(line.trim().split(/ {2,}/)[2], '0.500');
  assert.equal(lines[19], 'Checks for masked gradients');
  assert.equal(lines.length, 26);
  for (const line of lines.slice(20)) assert.match(line, /^ {2}(passed|FAILED) {2}\S.*\.$/);

  const written = z
    .looseObject({})
    .parse(JSON.parse(readFileSync(path.join(run, 'evaluation.json'), 'utf8')));
  const asJson = await runCli(['evaluate', run, '--robust', '--seed', '5', '--json']);
  const { type, evaluatedAt, seconds, ...again } = jsonLines(asJson).at(-1)!;
  assert.equal(type, 'result');
  assert.ok(typeof evaluatedAt === 'string' && typeof seconds === 'number');
  assert.deepEqual({ ...again, evaluatedAt: '', seconds: 0 }, { ...written, evaluatedAt: '', seconds: 0 });
});

test('a run without a classifier cannot be evaluated', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'early.npz'));
  const run = await stoppedRun(dataset, out);
  for (const command of ['evaluate', 'verify']) {
    const { exitCode, stderr } = await runCli([command, run]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^Error: Run .* has no .*\. Go on with it first.*: tsynd generate --resume /);
  }
});
