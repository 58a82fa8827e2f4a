import { SCORED_SPLITS } from '../../src/protocol/scoreTable.ts';
import { formatLabel, formatNatsPair, formatNumber } from './formatting.ts';
import type { LoadedRun } from './loadedRun.ts';
import { isSameLabel, type DecisionState } from './sampleView.ts';

/** What a tile says of its row. */
export interface TileContent {
  readonly name: string;
  /** Of samples MI before and after, of scores MI and loss; in nats. */
  readonly numbers: string;
  readonly decision: DecisionState;
  /** Undefined where the prediction agrees with the label. */
  readonly differs: string | undefined;
  /** The split of a scored image. */
  readonly badge?: string | undefined;
  /** Which images have the same pixels; undefined where none has. */
  readonly copies?: { readonly text: string; readonly hasOtherLabel: boolean } | undefined;
  /** For a screen reader, all of it. */
  readonly label: string;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
}

interface TileState {
  readonly isSelected: boolean;
  readonly isCursor: boolean;
}

/** Copies that are named; more are counted. */
const MOST_COPIES = 3;

/** A sample, or a scored image, in the words of its tile. */
export function tileContent(run: LoadedRun, row: number, state: TileState): TileContent {
  return run.snapshot.kind === 'samples' ? sampleTile(run, row, state) : scoreTile(run, row, state);
}

function sampleTile(
  { snapshot, table, curation }: LoadedRun,
  row: number,
  { isSelected, isCursor }: TileState,
): TileContent {
  const { name, differs } = labelsOf({ snapshot, table }, row);
  const { miBefore, miAfter } = snapshot.table as Extract<LoadedRun['snapshot'], { kind: 'samples' }>['table'];
  const numbers = formatNatsPair(miBefore[row], miAfter[row]);
  const decision = curation.stateOf(row);
  const label = [
    `Sample ${table.ids[row]}`,
    name,
    `mutual information ${numbers.replace('→', 'to')}`,
    ...(decision === 'undecided' ? [] : [decision]),
    ...(differs ? [differs] : []),
  ].join(', ');
  return { name, numbers, decision, differs, label, isSelected, isCursor };
}
