import path from 'node:path';
import { mapLimited } from '../../data/mapLimited.ts';
import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type { EntropyComparison, Report, ReportRow } from '../../protocol/report.ts';
import { conditionKey } from '../../protocol/testConditions.ts';
import { readExperiment } from '../experiment/readExperiment.ts';
import { armSetup } from './armSetup.ts';
import { readCellResult, type CellResult } from './cellResult.ts';
import { confusionCells } from './confusionCells.ts';
import { entropyComparisons, type CompletedRow } from './entropyComparisons.ts';
import { learningCurve } from './learningCurve.ts';
import { readQuality } from './readQuality.ts';
import { reportDataset } from './reportDataset.ts';
import { ReportMemory } from './reportMemory.ts';
import { reportWarnings } from './reportWarnings.ts';
import { sharedSeconds } from './sharedSeconds.ts';
import { finishedCells, summarizeConditions, type FinishedCell } from './summarizeRow.ts';

const MAX_CONCURRENT_CELLS = 8;

/**
 * All that is known of an experiment as it stands: what is not finished, failed or is damaged is said in it, and the rest
 * is reported. Give the same `memory` to make the report again while its grid is running.
 *
 * Throws TsyndError 'run/not-found' where there is no experiment in the folder, and 'run/corrupt' where experiment.json
 * is damaged.
 */
export async function buildReport(folder: string, memory = new ReportMemory()): Promise<Report> {
  const root = path.resolve(folder);
  const plan = await readExperiment(root);
  const results = await mapLimited(plan.cells, MAX_CONCURRENT_CELLS, (cell) => readCellResult(root, cell));
  const rows: ReportRow[] = [];
  const entropy: EntropyComparison[] = [];
  for (const group of groupBy(results, ({ cell: { dataset, fraction, architecture } }) =>
    JSON.stringify([dataset, fraction, architecture]),
  )) {
    const completed = await completeGroup(plan, group, memory);
    rows.push(...completed.map(({ row }) => row));
    entropy.push(...entropyComparisons(plan.file, completed));
  }
  const datasets = plan.datasets.map(reportDataset);
  const quality = await readQuality(root);
  const { title, createdAt, versions, device, file, yaml, headline } = plan;
  const seconds = results.reduce((sum, cell) => sum + cell.seconds, await sharedSeconds(root));
  return {
    title,
    ...(file.description === undefined ? {} : { description: file.description }),
    createdAt,
    reportedAt: new Date().toISOString(),
    versions,
    device: device.description,
    seeds: file.seeds,
    hours: seconds / 3600,
    yaml,
    datasets,
    conditions: plan.conditions.map((condition) => ({ key: conditionKey(condition), condition })),
    headline,
    rows,
    entropy,
    quality: quality.reports,
    warnings: [...(await reportWarnings({ plan, rows, datasets, results }, memory)), ...quality.warnings],
  };
}

/** The rows of one dataset, fraction and architecture; the first arm of the file is what the others are compared with. */
async function completeGroup(
  plan: ExperimentPlan,
  results: readonly CellResult[],
  memory: ReportMemory,
): Promise<readonly CompletedRow[]> {
  const completed: CompletedRow[] = [];
  let reference: readonly FinishedCell[] | undefined;
  for (const ofArm of groupBy(results, ({ cell }) => cell.arm)) {
    const cells = await finishedCells(ofArm, (cell) => memory.digest(cell, plan.headline));
    completed.push({ row: completeRow(plan, ofArm, cells, reference), cells });
    reference ??= cells;
  }
  return completed;
}

function completeRow(
  plan: ExperimentPlan,
  results: readonly CellResult[],
  cells: readonly FinishedCell[],
  reference: readonly FinishedCell[] | undefined,
): ReportRow {
  const [{ cell }] = results;
  const { dataset, fraction, architecture, arm } = cell;
  return {
    ...{ dataset, fraction, architecture, arm },
    setup: armSetup(plan.file, arm, architecture),
    isReference: reference === undefined,
    cells: results.map(({ id, seed, status, error, folder, seconds }) => ({
      ...{ id, seed, status, folder, seconds },
      ...(error === undefined ? {} : { error }),
    })),
    conditions: summarizeConditions(plan, cells, reference),
    curves: results.flatMap((result) => learningCurve(result) ?? []),
    confusion: confusionCells(cells),
    trainedOn: results.map(({ manifest }) => manifest?.trainingImages).find((known) => known) ?? null,
  };
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return [...groups.values()];
}
