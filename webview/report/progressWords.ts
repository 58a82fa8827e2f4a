import type { ReportProgress } from '../../src/protocol/reportApi.ts';

/** `3 of 18 cells · <cell> · classifier 43 % · 2 min left`, with what is known of it. */
export function describeProgress(progress: ReportProgress): string {
  const { state, done, total, cell, stage, share, secondsLeft } = progress;
  const percent = share === undefined ? '' : ` ${Math.min(100, Math.floor(100 * share))} %`;
  const parts =
    total === 0
      ? [state === 'running' ? 'Checking the experiment' : undefined]
      : [
          `${done} of ${describeCells(total)}`,
          state === 'queued' ? undefined : cell,
          state === 'queued' || stage === undefined ? undefined : `${stage}${percent}`,
          state === 'running' && secondsLeft !== undefined ? `${describeTime(secondsLeft)} left` : undefined,
        ];
  return [STATE_WORDS[state], ...parts].filter((part) => part !== undefined).join(' · ');
}

const STATE_WORDS: Readonly<Record<ReportProgress['state'], string | undefined>> = {
  queued: 'Queued: starts when what trains before it has ended',
  running: undefined,
  stopping: 'Stopping after this step',
};

/** All is done, or what is not and why nothing goes on by itself. */
export function describeRest(finished: number, total: number, mayRun: boolean): string {
  if (finished >= total) return `All ${describeCells(total)} are finished`;
  const rest = mayRun ? '' : '. Trust this workspace to go on';
  return `${finished} of ${describeCells(total)} finished${rest}`;
}

function describeCells(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`;
}

/** As coarse as an estimate deserves: `40 s`, `2 min`, `2 h 10 min`. */
function describeTime(seconds: number): string {
  if (seconds < 55) return `${Math.max(1, Math.ceil(seconds / 5)) * 5} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
