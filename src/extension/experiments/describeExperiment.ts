import type { ExperimentProgress } from '../../protocol/computeApi.ts';
import { formatDate, formatTimeLeft, joinParts } from '../runs/formatRun.ts';
import type { ExperimentEntry } from './experimentStore.ts';

/** An experiment as the tree shows it; whatever is equal here looks equal there. */
export interface ExperimentPresentation {
  readonly label: string;
  readonly description: string;
  /** Plain text, one fact a line. */
  readonly tooltip: string;
  /** A codicon, and the theme's colour for it. */
  readonly icon: { readonly id: string; readonly color?: string };
  /** `experiment.<status>`. */
  readonly contextValue: string;
  /** The whole line in words, for screen readers. */
  readonly accessibleLabel: string;
}

export type ExperimentStatus = 'running' | 'queued' | 'finished' | 'unfinished';

const ICONS: Readonly<Record<ExperimentStatus, ExperimentPresentation['icon']>> = {
  running: { id: 'sync~spin', color: 'charts.blue' },
  queued: { id: 'clock' },
  finished: { id: 'graph', color: 'charts.green' },
  unfinished: { id: 'debug-pause' },
};

export function experimentStatusOf({ state, summary }: ExperimentEntry): ExperimentStatus {
  if (state !== 'idle') return state;
  return summary && summary.finished >= summary.cells ? 'finished' : 'unfinished';
}

/** `isHeld`: whether the queue waits for a person to start the compute process again. */
export function presentExperiment(entry: ExperimentEntry, isHeld: boolean): ExperimentPresentation {
  const status = experimentStatusOf(entry);
  const description = describeEntry(entry, status, isHeld);
  const lines = [entry.title, description, ...(entry.progress?.warnings ?? []), entry.folder];
  return {
    label: entry.title,
    description,
    tooltip: lines.filter((line) => line !== '').join('\n'),
    icon: ICONS[status],
    contextValue: `experiment.${status}`,
    accessibleLabel: `${entry.title}: ${status}, ${description.replaceAll(' · ', ', ')}`,
  };
}

/** `3 of 18 cells · table1-mi-0 · classifier 43 % · 2 min left`, with what is known of it. */
export function describeExperimentProgress(progress: ExperimentProgress): string {
  const { done, total, cell, stage, share, secondsLeft } = progress;
  if (total === 0) return 'checking the experiment';
  const percent = share === undefined ? '' : ` ${Math.min(100, Math.floor(100 * share))} %`;
  return joinParts([
    `${done} of ${formatCells(total)}`,
    cell,
    stage === undefined ? undefined : `${stage}${percent}`,
    secondsLeft === undefined ? undefined : `${formatTimeLeft(secondsLeft)} left`,
  ]);
}

/** How much of it is done, in percent, for a bar that only grows. */
export function experimentPercent({ done, total }: ExperimentProgress): number {
  return total > 0 ? Math.min(100, (100 * done) / total) : 0;
}

export function formatCells(count: number): string {
  return count === 1 ? '1 cell' : `${count.toLocaleString('en')} cells`;
}

function describeEntry(entry: ExperimentEntry, status: ExperimentStatus, isHeld: boolean): string {
  const { progress, summary, isStopping, ahead = 0 } = entry;
  switch (status) {
    case 'running':
      return joinParts([
        isStopping ? 'stopping after this step' : undefined,
        progress ? describeExperimentProgress(progress) : 'starting',
      ]);
    case 'queued':
      if (isHeld) return 'queued · waits for the compute process';
      return ahead <= 1 ? 'queued · next' : `queued · ${ahead} ahead`;
    case 'finished':
    case 'unfinished':
      return summary
        ? joinParts([`${summary.finished} of ${formatCells(summary.cells)}`, formatDate(summary.createdAt)])
        : '';
  }
}
