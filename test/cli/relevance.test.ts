import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { relevanceReportSchema } from '../../src/runs/relevanceRecord.ts';
import { jsonLines, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const { folder: run, id } = await tinyRun(dataset, out);
const { folder: baseline, id: baselineId } = await tinyRun(dataset, out, { method: 'baseline', count: 0 });
const few = ['--limit', '4', '--steps', '2', '--layer', 'layer3'];

test('as text: a table of the scores, with what they depend on', async () => {
  const { exitCode, stdout, stderr } = await runCli(['relevance', run, ...few]);
  assert.equal(exitCode, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines[0], `${id} on 4 val images, none with a mask`);
  assert.equal(lines[1], 'Saliency: eigengradcam, evidence sign, layer3, predicted class');
  assert.match(stdout, /insertion AUC \(more is better\) +\d\.\d{3} +\[/);
  assert.match(stdout, /share whose class was given up +\d\.\d{3} +\[/);
});

test('--json prints the reports and the comparison with another run', async () => {
  const words = ['--against', run, '--split', 'test', '--method', 'gradcam', '--seed', '5', '--json'];
  const result = await runCli(['relevance', baseline, ...words, ...few]);
  assert.equal(result.exitCode, 0, result.stderr);
  const lines = jsonLines(result);
  assert.deepEqual(lines.slice(0, -1).at(-1), { type: 'progress', done: 8, total: 8 });
  const line = lines[lines.length - 1];
  const report = relevanceReportSchema.parse(line.report);
  assert.deepEqual([report.run, report.split, report.seed, report.images], [baselineId, 'test', 5, 4]);
  assert.equal(report.saliencyChoices.method, 'gradcam');
  const { first, second } = line.comparison as Record<'first' | 'second', unknown>;
  assert.deepEqual(relevanceReportSchema.parse(first), report);
  assert.equal(relevanceReportSchema.parse(second).run, id);
});

test('what cannot be measured is told with exit code 2', async () => {
  for (const [words, told] of [
    [['relevance', path.join(folder, 'nowhere')], /There is no run in/],
    [['relevance', run, '--layer', 'layer7'], /no map of the layer 'layer7'/],
    [['relevance', run, '--against', run], /cannot be compared with itself/],
    [['relevance', run, '--limit', '0'], /--limit cannot be '0'/],
  ] as const) {
    const { exitCode, stderr } = await runCli(words);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, told);
  }
});
