import type { GallerySnapshot } from '../../src/protocol/galleryApi.ts';
import type { CurationChange, CurationSnapshot } from '../../src/protocol/sampleTable.ts';
import { CurationColumn } from './curationColumn.ts';
import { tableOfSamples, tableOfScores, type GalleryTable } from './galleryTable.ts';

/** A run whose samples, or the scores that it gave, are here. */
export interface LoadedRun {
  readonly snapshot: GallerySnapshot;
  readonly table: GalleryTable;
  /** Of the classifier's dataset, which scored images share; empty while it is not known. */
  readonly classNames: readonly string[];
  readonly rowOfId: ReadonlyMap<string, number>;
  /** Of scores, where nothing is decided, all undecided. */
  readonly curation: CurationColumn;
}

const NO_CURATION: CurationSnapshot = { decisions: {}, canUndo: false, canRedo: false };

/** `changes`: what was decided while the snapshot was on its way, which it may or may not know of. */
export function loadedRun(snapshot: GallerySnapshot, changes: readonly CurationChange[]): LoadedRun {
  const isOfSamples = snapshot.kind === 'samples';
  const table = isOfSamples ? tableOfSamples(snapshot.table) : tableOfScores(snapshot.table);
  const rowOfId = new Map(table.ids.map((id, row) => [id, row]));
  const curation = new CurationColumn(rowOfId, isOfSamples ? snapshot.curation : NO_CURATION);
  for (const change of changes) curation.apply(change);
  const classNames = snapshot.run.dataset?.classNames ?? [];
  return { snapshot, table, classNames, rowOfId, curation };
}
