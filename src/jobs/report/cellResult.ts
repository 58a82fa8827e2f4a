import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExperimentCell } from '../../protocol/experiment.ts';
import type { ReportCell } from '../../protocol/report.ts';
import type { EvaluationRecord } from '../../runs/evaluationRecord.ts';
import { decodeLines } from '../../runs/jsonLines.ts';
import { metricsLineSchema, type MetricsLine } from '../../runs/metricsLog.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import type { RunManifest } from '../../runs/runManifest.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { readEvaluation } from '../evaluation/readEvaluation.ts';
import { experimentPaths } from '../experiment/experimentPaths.ts';

/** What the folder of a cell says, predictions excepted. */
export interface CellResult extends ReportCell {
  readonly cell: ExperimentCell;
  /** The cell's folder on this machine. */
  readonly root: string;
  readonly manifest?: RunManifest | undefined;
  /** Present for finished cells alone. */
  readonly evaluation?: EvaluationRecord | undefined;
  /** Of the classifier, in the order in which they were written. */
  readonly metrics: readonly MetricsLine[];
}

/** Reads a cell of an experiment. What is missing or damaged is said in the result, never thrown. */
export async function readCellResult(folder: string, cell: ExperimentCell): Promise<CellResult> {
  const root = path.join(experimentPaths(folder).cells, cell.id);
  const place = { cell, root, id: cell.id, seed: cell.seed, folder: `cells/${cell.id}` };
  const run = await attempt(() => RunFolder.open(root));
  if (run instanceof TsyndError) {
    const isMissing = run.code === 'run/not-found';
    const state = isMissing
      ? { status: 'missing' as const }
      : { status: 'begun' as const, error: run.message };
    return { ...place, ...state, seconds: 0, metrics: [] };
  }
  const { manifest, paths } = run;
  const metrics = await readClassifierMetrics(paths.metrics);
  const seconds = secondsOf(manifest);
  const known = { ...place, manifest, metrics };
  if (manifest.status === 'failed') return { ...known, status: 'failed', error: manifest.error, seconds };
  if (manifest.status !== 'finished') return { ...known, status: 'begun', seconds };
  const evaluation = await attempt(() => readEvaluation(root));
  if (evaluation instanceof TsyndError) {
    return { ...known, status: 'begun', error: evaluation.message, seconds };
  }
  if (!evaluation) return { ...known, status: 'begun', error: 'It is not evaluated yet.', seconds };
  return { ...known, status: 'finished', evaluation, seconds: seconds + evaluation.seconds };
}

/** Seconds spent in all stages of a run. */
export function secondsOf({ timings }: RunManifest): number {
  return Object.values(timings).reduce((sum, seconds) => sum + seconds, 0);
}

/** Lines that cannot be read are left out: they are a picture's, not a result's. */
async function readClassifierMetrics(file: string): Promise<MetricsLine[]> {
  const bytes = await attempt(() => readIfPresent(file));
  if (!bytes || bytes instanceof TsyndError) return [];
  const lines: MetricsLine[] = [];
  for (const line of decodeLines(bytes, metricsLineSchema)) {
    if ('value' in line && line.value.stage === 'classifier') lines.push(line.value);
  }
  return lines;
}

async function attempt<T>(read: () => Promise<T>): Promise<T | TsyndError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TsyndError) return error;
    throw error;
  }
}
