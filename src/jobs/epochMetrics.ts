import { writeFileAtomic } from '../data/safeWrite.ts';
import { appendLines, readLines } from '../runs/jsonLines.ts';
import { metricsLineSchema, type MetricsLine } from '../runs/metricsLog.ts';
import type { JobEvent } from './progress.ts';

/** Appends an epoch's lines to metrics.jsonl and tells them. */
export async function* recordMetrics(file: string, lines: readonly MetricsLine[]): AsyncGenerator<JobEvent> {
  await appendLines(file, metricsLineSchema, lines);
  for (const line of lines) yield { type: 'metrics', line };
}

/**
 * Takes out the lines of epochs after the last one whose state was kept: a run that was killed between an epoch's
 * metrics and its state does that epoch again.
 */
export async function rewindMetrics(file: string, stage: MetricsLine['stage'], epoch: number): Promise<void> {
  const { values, warnings } = await readLines(file, metricsLineSchema);
  const kept = values.filter((line) => line.stage !== stage || line.epoch <= epoch);
  if (kept.length === values.length && warnings.length === 0) return;
  await writeFileAtomic(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
