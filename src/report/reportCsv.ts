import { stringify } from 'csv-stringify/sync';
import { REPORTED_METRICS, type Report, type ReportDataset, type ReportRow } from '../protocol/report.ts';
import { strengthOf } from './tables/robustnessTables.ts';

/**
 * Every score of every cell, a line each (RFC 4180), for other programs: shares from 0 to 1, empty where undefined. A
 * cell without scores has one line that says so, so that what is missing is not overlooked.
 */
export function reportCsv(report: Report): string {
  const lines = report.rows.flatMap((row) => scoreLines(row, datasetOf(report, row)));
  return stringify(lines, { header: true, columns: SCORE_COLUMNS });
}

const SCORE_COLUMNS = [
  ...['dataset', 'datasetSha256', 'fraction', 'architecture', 'arm', 'seed', 'cell', 'status'],
  ...['condition', 'kind', 'strength', 'metric', 'value', 'majorityRate', 'testImages'],
  ...['trainedReal', 'trainedSynthetic', 'seconds'],
];

function scoreLines(row: ReportRow, dataset: ReportDataset | undefined): object[] {
  const finished = row.cells.filter(({ status }) => status === 'finished');
  return row.cells.flatMap((cell) => {
    const { id, seed, status, seconds } = cell;
    const place = {
      ...placeOf(row, dataset),
      seed,
      cell: id,
      status,
      majorityRate: dataset?.majorityRate,
      testImages: dataset?.counts.test,
      trainedReal: row.trainedOn?.real,
      trainedSynthetic: row.trainedOn?.synthetic,
      seconds,
    };
    const position = finished.indexOf(cell);
    if (position < 0) return [place];
    return row.conditions.flatMap(({ key, condition, metrics }) =>
      REPORTED_METRICS.map((metric) => ({
        ...place,
        condition: key,
        kind: condition.kind,
        strength: strengthOf(condition),
        metric,
        value: metrics[metric].values[position],
      })),
    );
  });
}

/** Means, deviations and differences to the first arm with their intervals, a line for each metric of each row. */
export function reportSummaryCsv(report: Report): string {
  const lines = report.rows.flatMap((row) => {
    const dataset = datasetOf(report, row);
    return row.conditions.flatMap(({ key, condition, metrics }) =>
      REPORTED_METRICS.map((metric) => {
        const { values, mean, deviation, difference } = metrics[metric];
        return {
          ...placeOf(row, dataset),
          condition: key,
          kind: condition.kind,
          strength: strengthOf(condition),
          metric,
          seeds: values.filter((value) => value !== null).length,
          mean,
          deviation,
          majorityRate: dataset?.majorityRate,
          difference: difference?.mean,
          pairs: difference?.pairs,
          seedsLow: difference?.seeds.low,
          seedsHigh: difference?.seeds.high,
          low: difference?.seedsAndImages?.low,
          high: difference?.seedsAndImages?.high,
          resamples: difference?.resamples,
          verdict: difference?.verdict,
        };
      }),
    );
  });
  return stringify(lines, { header: true, columns: SUMMARY_COLUMNS });
}

const SUMMARY_COLUMNS = [
  ...['dataset', 'datasetSha256', 'fraction', 'architecture', 'arm', 'condition', 'kind', 'strength'],
  ...['metric', 'seeds', 'mean', 'deviation', 'majorityRate', 'difference', 'pairs', 'seedsLow'],
  ...['seedsHigh', 'low', 'high', 'resamples', 'verdict'],
];

function placeOf(
  { dataset, fraction, architecture, arm }: ReportRow,
  found: ReportDataset | undefined,
): object {
  return { dataset, datasetSha256: found?.sha256, fraction, architecture, arm };
}

function datasetOf({ datasets }: Report, { dataset }: ReportRow): ReportDataset | undefined {
  return datasets.find(({ name }) => name === dataset);
}
