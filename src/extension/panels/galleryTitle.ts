import path from 'node:path';

import type { RunSummary } from '../../protocol/runSummary.ts';
import type { ScoresSummary } from '../../protocol/scoreTable.ts';
import type { RunEntry } from '../runs/runStore.ts';

/** e.g. `breastmnist · mi`; the folder's name as long as nothing more is known. */
export function galleryTitle(run: string, summary: RunSummary | undefined): string {
  if (!summary?.dataset || !summary.settings) return path.basename(run);
  return `${summary.dataset.name} · ${summary.settings.method}`;
}

/** e.g. `breastmnist · scores of mi`. */
export function scoresTitle({ dataset, runId }: ScoresSummary, run: RunSummary): string {
  return `${dataset.name} · scores of ${run.settings?.method ?? runId}`;
}

/** A text that changes with what a gallery shows of its run, and with nothing else. */
export function shownState(entry: RunEntry): string {
  const { state, summary, progress } = entry;
  const samples = progress?.stage === 'samples' ? progress.done : undefined;
  return JSON.stringify([state, summary?.status, summary?.stage, summary?.samples, progress?.stage, samples]);
}
