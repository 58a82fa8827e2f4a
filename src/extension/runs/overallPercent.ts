import { stagesOf } from './formatRun.ts';
import type { RunEntry } from './runStore.ts';

/**
 * How much of a run is done, in percent, for a bar that only grows. Each stage that trains or makes samples counts the
 * same, since how long one takes beside the others is not known before it has begun.
 */
export function overallPercent({ progress, summary, job }: RunEntry): number {
  const settings = summary?.settings ?? (job?.kind === 'generate' ? job.choices : undefined);
  if (!progress || !settings || progress.total <= 0) return 0;
  const stages = stagesOf(settings).filter((stage) => stage !== 'dataset');
  const index = stages.findIndex((stage) => stage === progress.stage);
  return index < 0 ? 0 : (100 * (index + Math.min(1, progress.done / progress.total))) / stages.length;
}
