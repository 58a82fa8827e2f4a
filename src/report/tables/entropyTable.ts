import type { Report, ReportRow } from '../../protocol/report.ts';
import { conditionOf } from '../groupRows.ts';
import { describeDifference } from '../words/describeDifference.ts';
import { ARCHITECTURE_NAMES } from '../words/names.ts';
import { formatChange, formatInterval, formatMean, formatShare, NONE } from '../words/numbers.ts';
import type { Table } from './table.ts';

/** The paper's table 2: AUC of entropy against mutual information. Undefined where the grid has not both. */
export function entropyTable(report: Report): Table | undefined {
  if (report.entropy.length === 0) return undefined;
  const rows = report.entropy.map((comparison) => {
    const { dataset, fraction, architecture, entropy, mi, difference } = comparison;
    const aucOf = (arm: string): string => {
      const row = report.rows.find(
        (one) =>
          one.dataset === dataset &&
          one.fraction === fraction &&
          one.architecture === architecture &&
          one.arm === arm,
      );
      return formatAuc(row);
    };
    return [
      dataset,
      formatShare(fraction),
      ARCHITECTURE_NAMES[architecture],
      aucOf(entropy),
      aucOf(mi),
      difference ? formatChange('auroc', difference.mean) : NONE,
      difference?.seedsAndImages ? formatInterval('auroc', difference.seedsAndImages) : NONE,
      difference ? describeDifference('auroc', difference, entropy) : NONE,
    ];
  });
  return {
    title: 'AUC on clean test images',
    notes: ['The difference is mutual information less entropy.'],
    columns: [
      { label: 'dataset' },
      { label: 'labels seen' },
      { label: 'architecture' },
      { label: 'entropy', isNumber: true },
      { label: 'mutual information', isNumber: true },
      { label: 'difference', isNumber: true },
      { label: '95 % interval', isNumber: true },
      { label: 'in words', isProse: true },
    ],
    headers: 3,
    rows,
  };
}

function formatAuc(row: ReportRow | undefined): string {
  const clean = row && conditionOf(row, 'clean');
  return clean ? formatMean('auroc', clean.metrics.auroc) : NONE;
}
