import type { EntropyComparison, ReportRow } from '../../protocol/report.ts';
import type { ExperimentFile } from '../../protocol/experiment.ts';
import type { Method } from '../../protocol/settings.ts';
import { armOf, armSettings } from './armSettings.ts';
import { comparePair, type FinishedCell } from './summarizeRow.ts';

/** A row with its finished cells. */
export interface CompletedRow {
  readonly row: ReportRow;
  readonly cells: readonly FinishedCell[];
}

/**
 * Entropy and mutual information of rows that share dataset, fraction and architecture: the first two arms that their
 * objective alone tells apart. Empty where there are none.
 */
export function entropyComparisons(
  file: ExperimentFile,
  group: readonly CompletedRow[],
): readonly EntropyComparison[] {
  const armsOf = (method: Method): readonly CompletedRow[] =>
    group.filter(({ row: { setup } }) => setup.method === method && setup.mix === 'real');
  const pairs = armsOf('entropy').flatMap((entropy) => armsOf('mi').map((mi) => ({ entropy, mi })));
  const pair = pairs.find(({ entropy, mi }) => settingsBeside(file, entropy) === settingsBeside(file, mi));
  if (!pair) return [];
  const { entropy, mi } = pair;
  const { dataset, fraction, architecture } = mi.row;
  const difference = comparePair('clean', 'auroc', entropy.cells, mi.cells) ?? null;
  return [{ dataset, fraction, architecture, entropy: entropy.row.arm, mi: mi.row.arm, difference }];
}

/** All that an arm sets, but for its method. */
function settingsBeside(file: ExperimentFile, { row: { arm, architecture } }: CompletedRow): string {
  const { method: _objective, ...settings } = armSettings(file, armOf(file, arm), architecture);
  return JSON.stringify(settings);
}
