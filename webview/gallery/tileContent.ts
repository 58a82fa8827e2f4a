import type { SampleTable } from '../../src/protocol/sampleTable.ts';
import { SCORED_SPLITS } from '../../src/protocol/scoreTable.ts';
import { formatLabel, formatNats, formatNatsPair, formatNumber } from './formatting.ts';
import type { GalleryTable } from './galleryTable.ts';
import type { LoadedRun } from './loadedRun.ts';
import { isSameLabel, type DecisionState } from './sampleView.ts';

/** What a tile says of its row. */
export interface TileContent {
  readonly name: string;
  /** In nats: of samples MI before and after, of scores MI and loss. */
  readonly numbers: string;
  readonly decision: DecisionState;
  /** Undefined where the prediction agrees with the label. */
  readonly differs: string | undefined;
  /** The split of a scored image. */
  readonly badge?: string | undefined;
  /** Which images have the same pixels; undefined where none has. */
  readonly copies?: CopiesContent | undefined;
  /** For a screen reader, all of it. */
  readonly label: string;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
}

export interface CopiesContent {
  readonly text: string;
  /** Then at least one of the labels is wrong. */
  readonly hasOtherLabel: boolean;
}

interface TileState {
  readonly isSelected: boolean;
  readonly isCursor: boolean;
}

/** Copies that are named; more are counted. */
const MOST_COPIES = 3;

/** A sample, or a scored image, in the words of its tile. */
export function tileContent(run: LoadedRun, row: number, state: TileState): TileContent {
  const { snapshot } = run;
  return snapshot.kind === 'samples'
    ? sampleTile(run, snapshot.table, row, state)
    : scoreTile(run, row, state);
}

function sampleTile(
  { table, curation, classNames }: LoadedRun,
  { miBefore, miAfter }: SampleTable,
  row: number,
  state: TileState,
): TileContent {
  const { name, differs } = describeLabels(table, row, classNames);
  const numbers = formatNatsPair(miBefore[row], miAfter[row]);
  const decision = curation.stateOf(row);
  const label = [
    `Sample ${table.ids[row]}`,
    name,
    `mutual information ${numbers.replace('→', 'to')}`,
    ...(decision === 'undecided' ? [] : [decision]),
    ...(differs ? [differs] : []),
  ].join(', ');
  return { name, numbers, decision, differs, label, ...state };
}

function scoreTile({ table, classNames }: LoadedRun, row: number, state: TileState): TileContent {
  const { name, predicted, differs } = describeLabels(table, row, classNames);
  const [mi, loss] = [table.mi[row], table.sortable.loss?.[row] ?? NaN];
  const badge = table.splits && SCORED_SPLITS[table.splits[row]];
  const copies = describeCopies(table, row, classNames);
  const label = [
    `Image ${table.ids[row]}`,
    name,
    `mutual information ${formatNats(mi)}`,
    `loss ${formatNats(loss)}`,
    ...(differs ? [differs] : []),
    ...(copies ? [copies.text] : []),
  ].join(', ');
  return {
    // As the mark of the tile; in words to a screen reader.
    name: differs ? `${name} ≠ ${predicted}` : name,
    numbers: `MI ${formatNumber(mi)} · loss ${formatNumber(loss, 2)} nats`,
    decision: 'undecided',
    differs,
    badge,
    copies,
    label,
    ...state,
  };
}

function describeLabels(
  { labels, predictedLabels }: GalleryTable,
  row: number,
  classNames: readonly string[],
): { readonly name: string; readonly predicted: string; readonly differs: string | undefined } {
  const name = formatLabel(labels[row], classNames);
  const predicted = formatLabel(predictedLabels[row], classNames);
  const isSame = isSameLabel(labels[row], predictedLabels[row]);
  return { name, predicted, differs: isSame ? undefined : `Predicted ${predicted}, labelled ${name}` };
}

function describeCopies(
  { ids, labels, duplicates, copies }: GalleryTable,
  row: number,
  classNames: readonly string[],
): CopiesContent | undefined {
  const others = copies?.get(duplicates?.[row] ?? -1)?.filter((other) => other !== row) ?? [];
  if (others.length === 0) return undefined;
  const isOther = (other: number): boolean => !isSameLabel(labels[other], labels[row]);
  const named = others
    .slice(0, MOST_COPIES)
    .map((other) =>
      isOther(other) ? `${ids[other]} (${formatLabel(labels[other], classNames)})` : ids[other],
    );
  const rest = others.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  const hasOtherLabel = others.some(isOther);
  const text = `Same pixels as ${list}${hasOtherLabel ? ': labelled differently' : ''}`;
  return { text, hasOtherLabel };
}
