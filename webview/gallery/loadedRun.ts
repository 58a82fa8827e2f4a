import type { GallerySnapshot } from '../../src/protocol/galleryApi.ts';
import type { CurationChange, SampleTable } from '../../src/protocol/sampleTable.ts';
import { CurationColumn } from './curationColumn.ts';

/** A run whose samples are here. */
export interface LoadedRun {
  readonly snapshot: GallerySnapshot;
  readonly table: SampleTable;
  readonly rowOfId: ReadonlyMap<string, number>;
  readonly curation: CurationColumn;
}

/** `changes`: what was decided while the snapshot was on its way, which it may or may not know of. */
export function loadedRun(snapshot: GallerySnapshot, changes: readonly CurationChange[]): LoadedRun {
  const { table } = snapshot;
  const rowOfId = new Map(table.ids.map((id, row) => [id, row]));
  const curation = new CurationColumn(rowOfId, snapshot.curation);
  for (const change of changes) curation.apply(change);
  return { snapshot, table, rowOfId, curation };
}
