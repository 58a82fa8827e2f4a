import type { Label, SampleTable } from '../../src/protocol/sampleTable.ts';
import { SCORED_SPLITS, type ScoreTable } from '../../src/protocol/scoreTable.ts';
import type { SortKey } from './sampleView.ts';

/** The rows of a gallery, whatever they are, as they are filtered and sorted; all columns have one entry a row. */
export interface GalleryTable {
  readonly ids: readonly string[];
  readonly labels: readonly Label[];
  readonly predictedLabels: readonly Label[];
  /** Mutual information in nats, of samples the one after: what the range is chosen by. */
  readonly mi: Float32Array;
  /** What rows can be sorted by beside their own order. */
  readonly sortable: Readonly<Partial<Record<SortKey, Float32Array>>>;
  /** Positions in SCORED_SPLITS; of scores alone. */
  readonly splits?: Uint8Array | undefined;
  /** Groups of copies, -1 for images without; of scores alone. */
  readonly duplicates?: Int32Array | undefined;
  /** Rows of each split, in the order of SCORED_SPLITS; of scores alone. */
  readonly splitCounts?: readonly number[] | undefined;
  /** Rows that have a copy; of scores alone. */
  readonly duplicateCount?: number | undefined;
  /** The rows of each of those groups. */
  readonly copies?: ReadonlyMap<number, readonly number[]> | undefined;
  /** S */
  readonly numMcSamples: number;
}

export function tableOfSamples(table: SampleTable): GalleryTable {
  const { ids, labels, predictedLabels, miBefore, miAfter, entropyAfter, latentDistance } = table;
  return {
    ids,
    labels,
    predictedLabels,
    mi: miAfter,
    sortable: {
      miAfter,
      miGain: miAfter.map((after, row) => after - miBefore[row]),
      entropyAfter,
      latentDistance,
    },
    numMcSamples: table.numMcSamples,
  };
}

export function tableOfScores(table: ScoreTable): GalleryTable {
  const { ids, labels, predictedLabels, mi, entropy, loss, splits, duplicates, numMcSamples } = table;
  return {
    ids,
    labels,
    predictedLabels,
    mi,
    sortable: { loss, mi, entropy },
    splits,
    duplicates,
    splitCounts: SCORED_SPLITS.map((_, code) => splits.filter((split) => split === code).length),
    duplicateCount: duplicates.filter((group) => group >= 0).length,
    copies: groupRows(duplicates),
    numMcSamples,
  };
}

function groupRows(duplicates: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  duplicates.forEach((group, row) => {
    if (group < 0) return;
    const rows = groups.get(group);
    if (rows) rows.push(row);
    else groups.set(group, [row]);
  });
  return groups;
}
