import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { Decision, Label } from '../../src/protocol/sampleTable.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../../src/protocol/scoreTable.ts';
import type { GalleryTable } from './galleryTable.ts';
import { sortByKeys } from './radixSort.ts';

export const SORT_KEYS = [
  'original',
  'miAfter',
  'miGain',
  'entropyAfter',
  'latentDistance',
  'loss',
  'mi',
  'entropy',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What each kind of gallery can be sorted by, as it is offered. */
export const SORT_KEYS_OF: Readonly<Record<GalleryKind, readonly SortKey[]>> = {
  samples: ['original', 'miAfter', 'miGain', 'entropyAfter', 'latentDistance'],
  scores: ['loss', 'mi', 'entropy', 'original'],
};

export interface SampleSort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** Of scores, what the classifier finds hardest to believe comes first: labels that are probably wrong. */
export const FIRST_SORT: Readonly<Record<GalleryKind, SampleSort>> = {
  samples: { key: 'original', isDescending: false },
  scores: { key: 'loss', isDescending: true },
};

export const DECISION_STATES = ['undecided', 'accepted', 'rejected'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];

/** Each part narrows what the others leave; an empty list leaves all. */
export interface SampleFilter {
  /** Class indices; of a multi-label sample, one of its labels is enough. */
  readonly classes: readonly number[];
  readonly decisions: readonly DecisionState[];
  /** Of scores. */
  readonly splits: readonly ScoredSplit[];
  /** Of MI (of samples, after), in nats, both ends included. */
  readonly miRange: MiRange | undefined;
  /** Only where the classifier predicts another label than the image carries. */
  readonly differsOnly: boolean;
  /** Only images that have a copy; of scores. */
  readonly duplicatesOnly: boolean;
}

export interface MiRange {
  readonly min: number;
  readonly max: number;
}

export const NO_FILTER: SampleFilter = {
  classes: [],
  decisions: [],
  splits: [],
  miRange: undefined,
  differsOnly: false,
  duplicatesOnly: false,
};

/** Positions in DECISION_STATES, one a row of the table. */
export type DecisionColumn = Uint8Array;

export function stateCode(decision: Decision | undefined): number {
  return decision === undefined ? 0 : DECISION_STATES.indexOf(decision);
}

/** How many of the filter's parts narrow anything. */
export function countActiveFilters(filter: SampleFilter): number {
  const { classes, decisions, splits, miRange, differsOnly, duplicatesOnly } = filter;
  const isActive = [
    ...[classes, decisions, splits].map(({ length }) => length > 0),
    ...[miRange !== undefined, differsOnly, duplicatesOnly],
  ];
  return isActive.filter(Boolean).length;
}

/** The rows of the table that a filter leaves, in the order of a sort; equal ones keep the table's order. */
export function viewSamples(
  table: GalleryTable,
  decisions: DecisionColumn,
  filter: SampleFilter,
  sort: SampleSort,
): Uint32Array {
  const rows = filterRows(table, decisions, filter);
  const values = table.sortable[sort.key];
  if (!values) return sort.isDescending ? rows.reverse() : rows;
  return sortByKeys(rows, values, sort.isDescending);
}

/** The rows that a filter leaves, in the table's order. */
export function filterRows(
  table: GalleryTable,
  decisions: DecisionColumn,
  filter: SampleFilter,
): Uint32Array {
  const { labels, predictedLabels, mi, splits, duplicates } = table;
  const classes = filter.classes.length > 0 ? new Set(filter.classes) : undefined;
  const wantsState = wanted(DECISION_STATES, filter.decisions);
  const wantsSplit = wanted(SCORED_SPLITS, filter.splits);
  const { miRange, differsOnly, duplicatesOnly } = filter;
  const rows = new Uint32Array(table.ids.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    if (!wantsState[decisions[row]]) continue;
    if (splits && !wantsSplit[splits[row]]) continue;
    if (duplicatesOnly && duplicates && duplicates[row] < 0) continue;
    // Written so that NaN, which is in no range, is left out.
    if (miRange && !(mi[row] >= miRange.min && mi[row] <= miRange.max)) continue;
    if (classes && !isOfClasses(labels[row], classes)) continue;
    if (differsOnly && isSameLabel(labels[row], predictedLabels[row])) continue;
    rows[count++] = row;
  }
  return rows.slice(0, count);
}

export function isSameLabel(a: Label, b: Label): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** For each of `all`, whether it is among the chosen ones, or none is. */
function wanted<T>(all: readonly T[], chosen: readonly T[]): boolean[] {
  return all.map((one) => chosen.length === 0 || chosen.includes(one));
}

function isOfClasses(label: Label, classes: ReadonlySet<number>): boolean {
  if (typeof label === 'number') return classes.has(label);
  return label.some((value, index) => value === 1 && classes.has(index));
}
