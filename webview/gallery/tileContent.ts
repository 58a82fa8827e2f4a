import type { LoadedRun } from './loadedRun.ts';
import { formatLabel, formatNatsPair } from './formatting.ts';
import { isSameLabel, type DecisionState } from './sampleView.ts';

/** What a tile says of its sample. */
export interface TileContent {
  readonly name: string;
  /** MI before and after, in nats. */
  readonly numbers: string;
  readonly decision: DecisionState;
  /** Undefined where the prediction agrees with the label. */
  readonly differs: string | undefined;
  /** For a screen reader, all of it. */
  readonly label: string;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
}

/** A sample in the words of its tile. */
export function tileContent(
  { snapshot, table, curation }: LoadedRun,
  row: number,
  { isSelected, isCursor }: { readonly isSelected: boolean; readonly isCursor: boolean },
): TileContent {
  const classNames = snapshot.run.dataset?.classNames ?? [];
  const name = formatLabel(table.labels[row], classNames);
  const numbers = formatNatsPair(table.miBefore[row], table.miAfter[row]);
  const decision = curation.stateOf(row);
  const predicted = table.predictedLabels[row];
  const differs = isSameLabel(table.labels[row], predicted)
    ? undefined
    : `Predicted ${formatLabel(predicted, classNames)}, labelled ${name}`;
  const label = [
    `Sample ${table.ids[row]}`,
    name,
    `mutual information ${numbers.replace('→', 'to')}`,
    ...(decision === 'undecided' ? [] : [decision]),
    ...(differs ? [differs] : []),
  ].join(', ');
  return { name, numbers, decision, differs, label, isSelected, isCursor };
}
