import {
  REPORTED_METRICS,
  type Interval,
  type PairedDifference,
  type Report,
  type ReportedMetric,
} from '../../protocol/report.ts';
import { describeCondition } from '../../protocol/describeCondition.ts';
import { conditionOf, groupRows, type RowGroup } from '../groupRows.ts';
import { capitalise } from '../words/capitalise.ts';
import { describeDifference } from '../words/describeDifference.ts';
import { ARCHITECTURE_NAMES, isLessBetter, METRIC_NAMES, METRIC_UNITS } from '../words/names.ts';
import { formatChange, formatInterval, formatShare, NONE } from '../words/numbers.ts';
import type { Cell, Table } from './table.ts';

interface Difference {
  readonly group: RowGroup;
  readonly arm: string;
  readonly reference: string;
  readonly condition: string;
  readonly difference: PairedDifference;
}

/** A table for each metric: what each arm differs in from the first one, under the conditions of the headline. */
export function differenceTables(report: Report): readonly Table[] {
  return REPORTED_METRICS.map((metric) => differenceTable(report, metric)).filter(
    (table) => table.rows.length > 0,
  );
}

function differenceTable(report: Report, metric: ReportedMetric): Table {
  const differences = [...differencesOf(report, metric)];
  const ends = differences.flatMap(({ difference: { seeds, seedsAndImages } }) => [
    ...[seeds.low, seeds.high],
    ...(seedsAndImages ? [seedsAndImages.low, seedsAndImages.high] : []),
  ]);
  const extent = { low: Math.min(0, ...ends), high: Math.max(1e-9, ...ends) };
  const isSingle = new Set(report.rows.map(({ architecture }) => architecture)).size === 1;
  const less = isLessBetter(metric) ? ' Less is better.' : '';
  const resamples = Math.max(0, ...differences.map(({ difference }) => difference.resamples));
  return {
    title: `Differences in ${METRIC_NAMES[metric]}`,
    notes: [
      `${capitalise(METRIC_UNITS[metric])}, mean over pairs of one seed.${less} The first interval resamples seeds, the second seeds and test images (${resamples} resamples); the words come from the second.`,
    ],
    columns: [
      { label: 'dataset' },
      { label: 'labels seen' },
      ...(isSingle ? [] : [{ label: 'architecture' }]),
      { label: 'arm' },
      { label: 'test images' },
      { label: 'difference', isNumber: true },
      { group: '95 % interval', label: 'over seeds', isNumber: true },
      { group: '95 % interval', label: 'and images', isNumber: true },
      { label: 'pairs', isNumber: true },
      { label: 'in words', isProse: true },
    ],
    headers: isSingle ? 4 : 5,
    rows: differences.map((one) => {
      const [dataset, labels, architecture, ...rest] = differenceRow(metric, one, extent);
      return isSingle ? [dataset, labels, ...rest] : [dataset, labels, architecture, ...rest];
    }),
  };
}

function differenceRow(metric: ReportedMetric, one: Difference, extent: Interval): readonly Cell[] {
  const { group, arm, reference, condition, difference } = one;
  const { mean, seeds, seedsAndImages, pairs } = difference;
  return [
    group.dataset,
    formatShare(group.fraction),
    ARCHITECTURE_NAMES[group.architecture],
    arm,
    condition,
    {
      text: formatChange(metric, mean),
      interval: { mean, inner: seeds, outer: seedsAndImages, extent },
    },
    // One pair resampled is always itself: an interval without width would look like certainty.
    pairs > 1 ? formatInterval(metric, seeds) : NONE,
    seedsAndImages ? formatInterval(metric, seedsAndImages) : NONE,
    String(pairs),
    describeDifference(metric, difference, reference),
  ];
}

function* differencesOf(report: Report, metric: ReportedMetric): Generator<Difference> {
  for (const group of groupRows(report)) {
    const reference = group.rows.find(({ row }) => row.isReference)?.row.arm;
    if (reference === undefined) continue;
    for (const { row } of group.rows) {
      for (const key of report.headline) {
        const summary = conditionOf(row, key);
        const difference = summary?.metrics[metric].difference;
        if (!summary || !difference) continue;
        const condition = describeCondition(summary.condition);
        yield { group, arm: row.arm, reference, condition, difference };
      }
    }
  }
}
