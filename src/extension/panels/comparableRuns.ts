import { TsyndError } from '../../protocol/errors.ts';
import type { RunDataset, RunSummary } from '../../protocol/runSummary.ts';
import type { GenerateSettings } from '../../protocol/settings.ts';

/** A finished run that can be compared with others of its dataset. */
export type FinishedRun = RunSummary & {
  readonly dataset: RunDataset;
  readonly settings: GenerateSettings;
};

export function isFinished(run: RunSummary): run is FinishedRun {
  return run.status === 'finished' && run.dataset !== undefined && run.settings !== undefined;
}

/** The baseline belongs first, and the paper's method against it. */
const ORDER = ['baseline', 'mi'];
const orderOf = ({ settings }: FinishedRun): number => {
  const place = ORDER.indexOf(settings.method);
  return place < 0 ? ORDER.length : place;
};

/** Finished runs that have at least one to be compared with; baselines first, else as they come, the newest first. */
export function comparableRuns(runs: readonly RunSummary[]): readonly FinishedRun[] {
  const finished = runs.filter(isFinished);
  return inOrder(finished.filter((run) => partnersOf(run, finished).length > 0));
}

/** The finished runs of the same dataset; those of the paper's method first, or the baselines for one that is none. */
export function partnersOf(run: FinishedRun, runs: readonly RunSummary[]): readonly FinishedRun[] {
  const partners = runs
    .filter(isFinished)
    .filter((other) => other.folder !== run.folder && isSameDataset(run, other));
  if (run.settings.method !== 'baseline') return inOrder(partners);
  const rank = (other: FinishedRun): number =>
    other.settings.method === 'baseline' ? ORDER.length + 1 : orderOf(other);
  return [...partners].sort((a, b) => rank(a) - rank(b));
}

/** Of two runs the baseline first; else as they are given. */
export function orderPair(a: FinishedRun, b: FinishedRun): readonly [FinishedRun, FinishedRun] {
  const isTurned = a.settings.method !== 'baseline' && b.settings.method === 'baseline';
  return isTurned ? [b, a] : [a, b];
}

/** Throws TsyndError 'run/incomplete' or 'run/settings-differ' for runs that cannot be compared, 'run/corrupt' for damaged ones. */
export function requireComparable(first: RunSummary, second: RunSummary): void {
  for (const run of [first, second]) {
    if (run.status === 'unreadable') {
      throw new TsyndError('run/corrupt', run.problem ?? `The run in ${run.folder} cannot be read.`);
    }
    if (isFinished(run)) continue;
    throw new TsyndError('run/incomplete', `Run ${run.id} is not finished.`, {
      remedy: 'Go on with it first, or choose another run.',
    });
  }
  if (isFinished(first) && isFinished(second) && isSameDataset(first, second)) return;
  throw new TsyndError(
    'run/settings-differ',
    `The runs ${first.id} and ${second.id} were made from different datasets.`,
    { remedy: 'Choose two finished runs of one dataset.' },
  );
}

function isSameDataset({ dataset: a }: FinishedRun, { dataset: b }: FinishedRun): boolean {
  return a.sha256 === b.sha256 && JSON.stringify(a.classNames) === JSON.stringify(b.classNames);
}

function inOrder(runs: readonly FinishedRun[]): readonly FinishedRun[] {
  return [...runs].sort((a, b) => orderOf(a) - orderOf(b));
}
