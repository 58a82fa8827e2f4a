import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { reportCsv, reportSummaryCsv } from '../../src/report/reportCsv.ts';
import { sampleReport } from './sampleReport.ts';

type Line = Readonly<Record<string, string>>;

function read(text: string): Line[] {
  return parse(text, { columns: true });
}

test('every score of every cell comes back from its line', () => {
  const report = sampleReport();
  const lines = read(reportCsv(report));
  // Rows x seeds x conditions x metrics.
  assert.equal(lines.length, 3 * 3 * 4 * 5);
  for (const row of report.rows) {
    for (const [position, cell] of row.cells.entries()) {
      for (const { key, metrics } of row.conditions) {
        for (const metric of ['accuracy', 'auroc', 'loss'] as const) {
          const found = lines.filter(
            (line) => line.cell === cell.id && line.condition === key && line.metric === metric,
          );
          assert.equal(found.length, 1);
          assert.equal(Number(found[0].value), metrics[metric].values[position]);
          assert.equal(Number(found[0].majorityRate), 0.73);
          assert.equal(Number(found[0].seed), cell.seed);
        }
      }
    }
  }
  assert.deepEqual(
    [lines[0].dataset, lines[0].fraction, lines[0].arm, lines[0].status, lines[0].trainedReal],
    ['scans', '0.01', 'baseline', 'finished', '40'],
  );
});

test('a cell without scores has one line, and the values of the others stay with their seeds', () => {
  const [row] = sampleReport().rows;
  const cells = row.cells.map((cell, index) => ({
    ...cell,
    status: index === 0 ? ('failed' as const) : cell.status,
  }));
  const conditions = row.conditions.map((condition) => ({
    ...condition,
    metrics: { ...condition.metrics, auroc: { values: [0.7, null], mean: 0.7, deviation: null } },
  }));
  const lines = read(reportCsv(sampleReport({ rows: [{ ...row, cells, conditions }] })));
  const failed = lines.filter(({ status }) => status === 'failed');
  assert.deepEqual(
    failed.map(({ cell, metric, value }) => [cell, metric, value]),
    [['baseline-0', '', '']],
  );
  const auc = lines.filter(({ metric, condition }) => metric === 'auroc' && condition === 'clean');
  assert.deepEqual(
    auc.map(({ seed, value }) => [seed, value]),
    [
      ['1', '0.7'],
      ['2', ''],
    ],
  );
});

test('the summary has means, differences, both intervals and the verdict', () => {
  const lines = read(reportSummaryCsv(sampleReport()));
  const line = lines.find(
    ({ arm, condition, metric }) => arm === 'mi' && condition === 'clean' && metric === 'accuracy',
  )!;
  const numbers = [line.mean, line.difference, line.seedsLow, line.seedsHigh, line.low, line.high].map(
    Number,
  );
  for (const [index, expected] of [0.8, 0.1, 0.09, 0.11, 0.06, 0.14].entries()) {
    assert.ok(Math.abs(numbers[index] - expected) < 1e-9, `${numbers[index]}`);
  }
  assert.deepEqual([line.verdict, line.pairs, line.resamples, line.seeds], ['better', '3', '1000', '3']);
  const reference = lines.find(({ arm }) => arm === 'baseline')!;
  assert.deepEqual([reference.difference, reference.verdict], ['', '']);
});

test('names with commas, quotes and line ends come back whole', () => {
  const name = 'a "b", c\nd';
  const rows = sampleReport().rows.map((row) => ({ ...row, arm: name }));
  assert.ok(read(reportCsv(sampleReport({ rows }))).every(({ arm }) => arm === name));
});
