import { deriveKey } from '../../engine/random.ts';
import { comparePairs } from '../../evaluation/statistics/comparePairs.ts';
import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type {
  ConditionSummary,
  MetricSummary,
  PairedDifference,
  ReportedMetric,
} from '../../protocol/report.ts';
import { conditionKey, type TestCondition } from '../../protocol/testConditions.ts';
import type { ConditionScores, EvaluationRecord } from '../../runs/evaluationRecord.ts';
import type { CellResult } from './cellResult.ts';
import { REPORT_KEY, type CellDigest } from './reportMemory.ts';

/** A finished cell with what its predictions were reduced to, where they can be read. */
export interface FinishedCell {
  readonly seed: number;
  readonly evaluation: EvaluationRecord;
  readonly digest: CellDigest | undefined;
}

const LESS_IS_BETTER: ReadonlySet<ReportedMetric> = new Set(['calibrationError', 'loss']);
const SEED_RESAMPLES = 1000;

/** The finished cells of some results, in their order. */
export async function finishedCells(
  results: readonly CellResult[],
  digest: (cell: CellResult) => Promise<CellDigest | undefined>,
): Promise<readonly FinishedCell[]> {
  const finished: FinishedCell[] = [];
  for (const result of results) {
    const { evaluation, seed } = result;
    if (evaluation) finished.push({ seed, evaluation, digest: await digest(result) });
  }
  return finished;
}

/** All scores of a row under all conditions; `reference` are the cells of the first arm, absent for that arm itself. */
export function summarizeConditions(
  { conditions }: Pick<ExperimentPlan, 'conditions'>,
  cells: readonly FinishedCell[],
  reference?: readonly FinishedCell[],
): readonly ConditionSummary[] {
  if (cells.length === 0) return [];
  return conditions.map((condition) => summarizeCondition(condition, cells, reference));
}

function summarizeCondition(
  condition: TestCondition,
  cells: readonly FinishedCell[],
  reference: readonly FinishedCell[] | undefined,
): ConditionSummary {
  const key = conditionKey(condition);
  const summarize = (metric: ReportedMetric): MetricSummary => {
    const values = cells.map((cell) => scoreOf(cell, key, metric));
    const difference = reference && comparePair(key, metric, reference, cells);
    return { values, ...describeValues(values), ...(difference ? { difference } : {}) };
  };
  return {
    key,
    condition,
    metrics: {
      accuracy: summarize('accuracy'),
      balancedAccuracy: summarize('balancedAccuracy'),
      auroc: summarize('auroc'),
      calibrationError: summarize('calibrationError'),
      loss: summarize('loss'),
    },
    oneClassSeeds: cells
      .filter(({ evaluation }) => predictsOneClass(evaluation, key))
      .map(({ seed }) => seed),
  };
}

/** Second less first, over common seeds that both have the score of. Undefined without one. */
export function comparePair(
  key: string,
  metric: ReportedMetric,
  first: readonly FinishedCell[],
  second: readonly FinishedCell[],
): PairedDifference | undefined {
  const pairs = second.flatMap((cell) => {
    const partner = first.find(({ seed }) => seed === cell.seed);
    if (!partner) return [];
    const [a, b] = [scoreOf(partner, key, metric), scoreOf(cell, key, metric)];
    return a === null || b === null ? [] : [{ partner, cell, a, b }];
  });
  const resampledOf = (cell: FinishedCell): Float64Array | undefined =>
    cell.digest?.resampled.get(key)?.[metric];
  const resampled = {
    first: pairs.map(({ partner }) => resampledOf(partner)).filter((one) => one !== undefined),
    second: pairs.map(({ cell }) => resampledOf(cell)).filter((one) => one !== undefined),
  };
  const isWhole =
    resampled.first.length === pairs.length &&
    resampled.second.length === pairs.length &&
    haveSameImages(pairs.flatMap(({ partner, cell }) => [partner, cell]));
  return comparePairs({
    first: pairs.map(({ a }) => a),
    second: pairs.map(({ b }) => b),
    ...(isWhole ? { resampled } : {}),
    lessIsBetter: LESS_IS_BETTER.has(metric),
    key: deriveKey(REPORT_KEY, 'pairs'),
    samples: SEED_RESAMPLES,
  });
}

/** Images can be drawn for all classifiers at once only where they are the same ones. */
export function haveSameImages(cells: readonly FinishedCell[]): boolean {
  return new Set(cells.map(({ digest }) => digest?.labelsSha256)).size === 1;
}

function scoreOf({ evaluation }: FinishedCell, key: string, metric: ReportedMetric): number | null {
  return scoresOf(evaluation, key)?.[metric] ?? null;
}

function scoresOf(evaluation: EvaluationRecord, key: string): ConditionScores | undefined {
  return evaluation.conditions.find(({ condition }) => conditionKey(condition) === key);
}

function describeValues(values: readonly (number | null)[]): Pick<MetricSummary, 'mean' | 'deviation'> {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return { mean: null, deviation: null };
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  if (defined.length < 2) return { mean, deviation: null };
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (defined.length - 1)) };
}

function predictsOneClass(evaluation: EvaluationRecord, key: string): boolean {
  const matrix = scoresOf(evaluation, key)?.confusion;
  if (!matrix || evaluation.task === 'multi-label') return false;
  const predicted = new Set<number>();
  for (const row of matrix) {
    for (const [label, count] of row.entries()) if (count !== 0) predicted.add(label);
  }
  return predicted.size === 1;
}
