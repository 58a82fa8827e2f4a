import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { jsonLines, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'), { counts: [12, 6, 6] });
const { folder: run } = await tinyRun(dataset, path.join(folder, 'runs'), { count: 0 });

interface Answer {
  readonly images: number;
  readonly mostUncertain: readonly { readonly id: string; readonly mi: number }[];
  readonly probablyMislabelled: readonly { readonly loss: number }[];
}

test('names the most uncertain images and the probably mislabelled ones', async () => {
  const scored = await runCli(['score', dataset, '--run', run, '--top', '3', '--json']);
  const { exitCode, stderr } = scored;
  assert.equal(exitCode, 0, stderr);
  const lines = jsonLines(scored);
  assert.deepEqual(lines.at(-2), { type: 'progress', done: 24, total: 24 });
  const answer = lines.at(-1) as unknown as Answer;
  assert.deepEqual([answer.images, answer.mostUncertain.length], [24, 3]);
  const [first, second, third] = answer.mostUncertain.map(({ mi }) => mi);
  assert.ok(first >= second && second >= third, `${first}, ${second}, ${third}`);
  assert.match(stderr, /^tiny: 24 images \(train, val, test\) scored by /);
  assert.match(stderr, /over 4 dropout masks \(seed \d+\)/);
  const [{ id }] = answer.mostUncertain;
  assert.match(stderr, new RegExp(`^ +${id.replace('-', ' ')} +[01] +[01] +[\\d.]+`, 'm'));
  assert.match(stderr, /^No exact duplicates\.$/m);
});

test('scores the splits that are asked for', async () => {
  const { exitCode, stdout, stderr } = await runCli(['score', dataset, '--run', run, '--splits', 'val,test']);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^tiny: 12 images \(val, test\)/);
  assert.match(stdout, new RegExp(`\n${path.join(run, 'scores')}.*-tiny(-\\d+)?\n$`));
});

test('says what cannot be scored, and what to do', async () => {
  const wrongSplit = await runCli(['score', dataset, '--run', run, '--splits', 'vall']);
  assert.equal(wrongSplit.exitCode, 2);
  assert.match(wrongSplit.stderr, /There is no split 'vall'\. The splits are train, val, test/);
  const three = writeTinyDataset(path.join(folder, 'three.npz'), { task: 'multi-class' });
  const wrongClasses = await runCli(['score', three, '--run', run]);
  assert.equal(wrongClasses.exitCode, 2);
  assert.match(wrongClasses.stderr, /three\.npz does not fit the classifier: run .* does not know '2'\./);
  assert.equal((await runCli(['score', dataset])).exitCode, 2);
});
