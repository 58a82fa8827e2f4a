import type { ExperimentCell } from '../../protocol/experiment.ts';

/** A cell, with the seconds that it took once it is finished. */
export interface TimedCell {
  readonly cell: ExperimentCell;
  readonly seconds: number | undefined;
}

/**
 * Seconds until the cells from `next` on are finished, by the mean of what finished cells of their dataset, fraction and
 * architecture took, else of all finished cells; undefined where none is.
 */
export function secondsLeft(cells: readonly TimedCell[], next: number): number | undefined {
  const known = cells.flatMap(({ cell, seconds }) => (seconds === undefined ? [] : [{ cell, seconds }]));
  if (known.length === 0) return undefined;
  const estimate = (cell: ExperimentCell): number => {
    const alike = known.filter(({ cell: other }) => kindOf(other) === kindOf(cell));
    const timed = alike.length > 0 ? alike : known;
    return timed.reduce((sum, { seconds }) => sum + seconds, 0) / timed.length;
  };
  const waiting = cells.slice(next).filter(({ seconds }) => seconds === undefined);
  return waiting.reduce((sum, { cell }) => sum + estimate(cell), 0);
}

function kindOf({ dataset, fraction, architecture }: ExperimentCell): string {
  return JSON.stringify([dataset, fraction, architecture]);
}
