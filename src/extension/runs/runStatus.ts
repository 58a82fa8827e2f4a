import path from 'node:path';

import type { RunSummary } from '../../protocol/runSummary.ts';
import { galleryTitle } from '../panels/galleryTitle.ts';
import type { RunEntry } from './runStore.ts';

/** What the tree says of a run; `elsewhere` trains too, but in another window or a terminal, and is not ours to touch. */
export type EntryStatus = RunSummary['status'] | 'queued' | 'elsewhere';

export function statusOf({ state, summary }: RunEntry): EntryStatus {
  if (state !== 'idle') return state;
  // Without a folder and no longer in the queue: it failed before it had one.
  if (!summary) return 'failed';
  return summary.status === 'running' ? 'elsewhere' : summary.status;
}

/** The run's folder, once it has one. */
export function folderOf({ summary, progress, job }: RunEntry): string | undefined {
  return summary?.folder ?? progress?.folder ?? (job?.kind === 'resume' ? job.run : undefined);
}

/** Where the run's dataset lies, as far as that is known. */
export function datasetPathOf({ summary, job }: RunEntry): string | undefined {
  return job?.datasetPath ?? summary?.dataset?.path;
}

/** Why the run is not what it should be, in words with what to do; undefined where all is well. */
export function problemOf(entry: RunEntry): string | undefined {
  const status = statusOf(entry);
  const isWell =
    status !== 'failed' && status !== 'unreadable' && status !== 'interrupted' && status !== 'stopped';
  // What this window saw comes first: it is the newer of the two.
  return isWell ? undefined : (entry.problem ?? entry.summary?.problem);
}

export function hasSamples({ summary, progress }: RunEntry): boolean {
  return (summary?.samples ?? 0) > 0 || (progress?.stage === 'samples' && progress.done > 0);
}

/** Whether the person may start or go on with it here. */
export function isResumable(entry: RunEntry): boolean {
  const status = statusOf(entry);
  return status === 'stopped' || status === 'failed' || status === 'interrupted';
}

/** `breastmnist · mi`; the folder's name where no more is known. */
export function titleOf(entry: RunEntry): string {
  const { summary, job } = entry;
  if (summary) return galleryTitle(summary.folder, summary);
  if (job?.kind === 'generate') {
    return `${path.basename(job.datasetPath).replace(/\.(npz|csv)$/i, '')} · ${job.choices.method}`;
  }
  return path.basename(folderOf(entry) ?? entry.key);
}
