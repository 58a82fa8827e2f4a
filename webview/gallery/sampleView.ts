import type { Decision, Label, SampleTable } from '../../src/protocol/sampleTable.ts';
import { sortByKeys } from './radixSort.ts';

export const SORT_KEYS = ['original', 'miAfter', 'miGain', 'entropyAfter', 'latentDistance'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface SampleSort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export const DECISION_STATES = ['undecided', 'accepted', 'rejected'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];

/** Each part narrows what the others leave; an empty list leaves all. */
export interface SampleFilter {
  /** Class indices; of a multi-label sample, one of its labels is enough. */
  readonly classes: readonly number[];
  readonly decisions: readonly DecisionState[];
  /** Of MI after, in nats, both ends included. */
  readonly miRange: MiRange | undefined;
  /** Only where the classifier predicts another label than the sample carries. */
  readonly differsOnly: boolean;
}

export interface MiRange {
  readonly min: number;
  readonly max: number;
}

export const NO_FILTER: SampleFilter = {
  classes: [],
  decisions: [],
  miRange: undefined,
  differsOnly: false,
};

/** Positions in DECISION_STATES, one a row of the table. */
export type DecisionColumn = Uint8Array;

export function stateCode(decision: Decision | undefined): number {
  return decision === undefined ? 0 : DECISION_STATES.indexOf(decision);
}

/** How many of the filter's parts narrow anything. */
export function countActiveFilters({ classes, decisions, miRange, differsOnly }: SampleFilter): number {
  return [classes.length > 0, decisions.length > 0, miRange !== undefined, differsOnly].filter(Boolean)
    .length;
}

/** The rows of the table that a filter leaves, in the order of a sort; equal ones keep the table's order. */
export function viewSamples(
  table: SampleTable,
  decisions: DecisionColumn,
  filter: SampleFilter,
  sort: SampleSort,
): Uint32Array {
  const rows = filterRows(table, decisions, filter);
  if (sort.key === 'original') return sort.isDescending ? rows.reverse() : rows;
  return sortByKeys(rows, sortValues(table, sort.key), sort.isDescending);
}

/** The rows that a filter leaves, in the table's order. */
export function filterRows(table: SampleTable, decisions: DecisionColumn, filter: SampleFilter): Uint32Array {
  const { labels, predictedLabels, miAfter } = table;
  const classes = filter.classes.length > 0 ? new Set(filter.classes) : undefined;
  const wantsState = DECISION_STATES.map(
    (state) => filter.decisions.length === 0 || filter.decisions.includes(state),
  );
  const { miRange, differsOnly } = filter;
  const rows = new Uint32Array(table.ids.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    if (!wantsState[decisions[row]]) continue;
    // Written so that NaN, which is in no range, is left out.
    if (miRange && !(miAfter[row] >= miRange.min && miAfter[row] <= miRange.max)) continue;
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

function isOfClasses(label: Label, classes: ReadonlySet<number>): boolean {
  if (typeof label === 'number') return classes.has(label);
  return label.some((value, index) => value === 1 && classes.has(index));
}

function sortValues(table: SampleTable, key: Exclude<SortKey, 'original'>): Float32Array {
  if (key !== 'miGain') return table[key];
  return table.miAfter.map((after, row) => after - table.miBefore[row]);
}
