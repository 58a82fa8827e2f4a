import type { InspectedImage } from '../../src/protocol/inspectorApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';

/** Whose classifier is asked about an image, and whose maps stand beside its maps. */
export interface RunChoice {
  readonly run: RunSummary | undefined;
  readonly against: RunSummary | undefined;
}

/** By a person, on this page; goes before what the editor remembers, whose word may be on its way. */
export interface RunWishes {
  readonly run?: string | undefined;
  /** Null for no comparison. */
  readonly against?: string | null | undefined;
  /** When the page was last there; the editor's memory goes before it. */
  readonly restored?: string | undefined;
}

/** Of the runs that go with an image, those that are wished for; else the newest, compared with none. */
export function chooseRuns(
  runs: readonly RunSummary[],
  wishes: RunWishes,
  remembered: Pick<InspectedImage, 'run' | 'against'>,
): RunChoice {
  const find = (folder: string | undefined): RunSummary | undefined =>
    runs.find((run) => run.folder === folder);
  const run = find(wishes.run) ?? find(remembered.run) ?? find(wishes.restored) ?? runs.at(0);
  const against = wishes.against === undefined ? remembered.against : wishes.against;
  return { run, against: run && othersLike(run, runs).find(({ folder }) => folder === against) };
}

/** The other runs of the same dataset: what those of another one make of an image says nothing about the training. */
export function othersLike(run: RunSummary, runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.filter(
    ({ folder, dataset }) => folder !== run.folder && dataset?.sha256 === run.dataset?.sha256,
  );
}
