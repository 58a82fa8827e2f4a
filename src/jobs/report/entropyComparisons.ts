import type { EntropyComparison, ReportRow } from '../../protocol/report.ts';
import type { Method } from '../../protocol/settings.ts';
import { comparePair, type FinishedCell } from './summarizeRow.ts';

/** A row with its finished cells. */
export interface CompletedRow {
  readonly row: ReportRow;
  readonly cells: readonly FinishedCell[];
}

/** Entropy and mutual information of rows that share dataset, fraction and architecture; empty where one is missing. */
export function entropyComparisons(group: readonly CompletedRow[]): readonly EntropyComparison[] {
  const armOf = (method: Method): CompletedRow | undefined =>
    group.find(({ row: { setup } }) => setup.method === method && setup.mix === 'real');
  const entropy = armOf('entropy');
  const mi = armOf('mi');
  if (!entropy || !mi) return [];
  const { dataset, fraction, architecture } = mi.row;
  const difference = comparePair('clean', 'auroc', entropy.cells, mi.cells) ?? null;
  return [{ dataset, fraction, architecture, entropy: entropy.row.arm, mi: mi.row.arm, difference }];
}
