import type { RunSummary } from '../../protocol/runSummary.ts';
import {
  describeProgress,
  formatAuroc,
  formatDate,
  formatLoss,
  formatSamples,
  joinParts,
} from './formatRun.ts';
import type { RunEntry } from './runStore.ts';
import { hasSamples, problemOf, statusOf, titleOf, type EntryStatus } from './runStatus.ts';
import { tooltipOf } from './runTooltip.ts';

/** A line of the tree as data; whatever is equal here looks equal there. */
export interface RunPresentation {
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** A codicon, and the theme's colour for it. */
  readonly icon: { readonly id: string; readonly color?: string };
  /** `run.<status>`, and `.samples` behind it where there are some to look at. */
  readonly contextValue: string;
  /** The whole line in words, for screen readers. */
  readonly accessibleLabel: string;
}

const ICONS: Readonly<Record<EntryStatus, RunPresentation['icon']>> = {
  running: { id: 'sync~spin', color: 'charts.blue' },
  queued: { id: 'clock' },
  elsewhere: { id: 'lock', color: 'charts.blue' },
  finished: { id: 'pass', color: 'charts.green' },
  stopped: { id: 'debug-pause' },
  failed: { id: 'error', color: 'list.errorForeground' },
  interrupted: { id: 'warning', color: 'list.warningForeground' },
  unreadable: { id: 'question', color: 'list.warningForeground' },
};

/** `isHeld`: whether the queue waits for a person to start the compute process again. */
export function presentRun(entry: RunEntry, isHeld: boolean): RunPresentation {
  const status = statusOf(entry);
  const label = titleOf(entry);
  const description = describeEntry(entry, status, isHeld);
  return {
    label,
    description,
    tooltip: tooltipOf(entry, describeStatus(entry, isHeld)),
    icon: ICONS[status],
    contextValue: `run.${status}${hasSamples(entry) ? '.samples' : ''}`,
    accessibleLabel: `${label.replace(' · ', ', ')}: ${spoken(status, description)}`,
  };
}

/** The status in words: `running in another window or terminal`. */
export function describeStatus(entry: RunEntry, isHeld: boolean): string {
  const status = statusOf(entry);
  if (status === 'queued') return describeWaiting(entry.ahead ?? 0, isHeld);
  if (status === 'elsewhere') return 'running in another window or terminal';
  return entry.isStopping ? 'stopping' : status;
}

function describeEntry(entry: RunEntry, status: EntryStatus, isHeld: boolean): string {
  const { summary, progress } = entry;
  switch (status) {
    case 'running':
      return joinParts([
        entry.isStopping ? 'stopping after this step' : undefined,
        progress ? describeProgress(progress) : 'starting',
      ]);
    case 'queued':
      return describeStatus(entry, isHeld);
    case 'finished':
      return joinParts([
        summary && summary.samples > 0 ? formatSamples(summary.samples) : undefined,
        summary?.valAuroc === undefined ? undefined : `AUC ${formatAuroc(summary.valAuroc)}`,
        dateOf(summary),
      ]);
    case 'failed':
      return joinParts([status, problemOf(entry) ?? lastKnown(summary), dateOf(summary)]);
    case 'unreadable':
      return joinParts([status, withoutFolder(problemOf(entry), summary)]);
    case 'elsewhere':
    case 'stopped':
    case 'interrupted':
      return joinParts([describeStatus(entry, isHeld), lastKnown(summary), dateOf(summary)]);
  }
}

/** A line is narrow, and its run's folder stands in the tooltip: what is wrong comes first. */
function withoutFolder(problem: string | undefined, summary: RunSummary | undefined): string | undefined {
  const folder = summary?.folder;
  return folder === undefined ? problem : problem?.replaceAll(`${folder}/`, '').replaceAll(`${folder}\\`, '');
}

function describeWaiting(ahead: number, isHeld: boolean): string {
  if (isHeld) return 'queued · waits for the compute process';
  return ahead <= 1 ? 'queued · next' : `queued · ${ahead} ahead`;
}

/** How far it was: `classifier · epoch 3 · loss 0.412 · AUC 0.871`. */
function lastKnown(summary: RunSummary | undefined): string {
  if (!summary) return '';
  const { stage, lastEpoch, samples } = summary;
  if (stage === 'samples') return joinParts([stage, samples > 0 ? formatSamples(samples) : undefined]);
  const epoch = lastEpoch?.stage === stage ? lastEpoch : undefined;
  return joinParts([
    stage,
    epoch && `epoch ${epoch.epoch}`,
    epoch && `loss ${formatLoss(epoch.loss)}`,
    epoch?.auroc === undefined ? undefined : `AUC ${formatAuroc(epoch.auroc)}`,
  ]);
}

function dateOf(summary: RunSummary | undefined): string | undefined {
  return summary?.createdAt === undefined ? undefined : formatDate(summary.createdAt);
}

/** The description as a sentence is read, with the status in front where only the icon shows it. */
function spoken(status: EntryStatus, description: string): string {
  const text = description.replaceAll(' · ', ', ');
  return text.startsWith(status) || status === 'elsewhere' ? text : `${status}, ${text}`;
}
