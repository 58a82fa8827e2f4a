import { describeExperimentProgress } from '../experiments/describeExperiment.ts';
import type { ExperimentEntry } from '../experiments/experimentStore.ts';
import type { ProcessStatus } from '../processes/processClient.ts';
import { describeProgress, formatTimeLeft, joinParts, percentOf } from '../runs/formatRun.ts';
import { titleOf } from '../runs/runStatus.ts';
import type { RunEntry } from '../runs/runStore.ts';

/** The status bar item as data. */
export interface StatusPresentation {
  readonly text: string;
  /** Plain text, one fact a line. */
  readonly tooltip: string;
  readonly background: 'none' | 'warning' | 'error';
  /** For screen readers: the text without icons. */
  readonly accessibleLabel: string;
}

/** `compute`: how the process fares that trains. Undefined while nothing goes on that a person should know. */
export function presentStatus(
  entries: readonly RunEntry[],
  compute: ProcessStatus,
  experiments: readonly ExperimentEntry[] = [],
): StatusPresentation | undefined {
  const running = entries.find(({ state }) => state === 'running');
  const experiment = experiments.find(({ state }) => state === 'running');
  const isQueued = ({ state }: { readonly state: string }): boolean => state === 'queued';
  const queued = [
    ...entries.filter(isQueued).map((entry) => titleOf(entry)),
    ...experiments.filter(isQueued).map(({ title }) => title),
  ];
  const waiting = queued.length > 0 ? `${queued.length} queued` : undefined;
  const queue = queued.map((title) => `Queued: ${title}`);
  if (compute.health === 'failed') {
    const text = joinParts(['TSynD: compute process is off', waiting]);
    const hint = "It stays off until you run 'TSynD: Restart Processes'.";
    return present('error', text, 'error', [compute.message, hint, ...queue]);
  }
  if (running) {
    const text = joinParts([`TSynD: ${shortProgress(running)}`, waiting]);
    const progress = running.progress ? describeProgress(running.progress) : 'starting';
    const warnings = running.progress?.warnings ?? [];
    return present('sync~spin', text, 'none', [`${titleOf(running)}: ${progress}`, ...warnings, ...queue]);
  }
  if (experiment) {
    const { title, progress } = experiment;
    const text = joinParts([`TSynD: ${shortExperiment(experiment)}`, waiting]);
    const known = progress ? describeExperimentProgress(progress) : 'starting';
    return present('sync~spin', text, 'none', [
      `${title}: ${known}`,
      ...(progress?.warnings ?? []),
      ...queue,
    ]);
  }
  if (compute.health === 'crashed') {
    const hint = 'Runs are kept up to their last checkpoint; resume them in the tree of runs.';
    const text = joinParts(['TSynD: compute process crashed', waiting]);
    return present('warning', text, 'warning', [compute.message, hint, ...queue]);
  }
  return waiting === undefined ? undefined : present('clock', `TSynD: ${waiting}`, 'none', queue);
}

/** `classifier 43 % · 2 min` */
function shortProgress({ progress, isStopping }: RunEntry): string {
  if (isStopping) return 'stopping';
  if (!progress) return 'starting';
  if (progress.stage === 'dataset') return describeProgress(progress);
  const percent = percentOf(progress);
  const { stage, secondsLeft } = progress;
  return joinParts([
    percent === undefined ? stage : `${stage} ${percent} %`,
    secondsLeft === undefined ? undefined : formatTimeLeft(secondsLeft),
  ]);
}

/** `experiment 3 of 18 · 2 min` */
function shortExperiment({ progress, isStopping }: ExperimentEntry): string {
  if (isStopping) return 'stopping';
  if (!progress || progress.total === 0) return 'checking an experiment';
  const { done, total, secondsLeft } = progress;
  return joinParts([
    `experiment ${done} of ${total}`,
    secondsLeft === undefined ? undefined : formatTimeLeft(secondsLeft),
  ]);
}

function present(
  icon: string,
  text: string,
  background: StatusPresentation['background'],
  lines: readonly string[],
): StatusPresentation {
  return {
    text: `$(${icon}) ${text}`,
    tooltip: [...lines, 'Click to see the runs.'].join('\n'),
    background,
    accessibleLabel: text.replaceAll(' · ', ', '),
  };
}
