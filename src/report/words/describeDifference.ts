import type { PairedDifference, ReportedMetric } from '../../protocol/report.ts';
import { METRIC_NAMES } from './names.ts';
import { formatChange, formatInterval } from './numbers.ts';

export interface ComparedArms {
  readonly arm: string;
  readonly reference: string;
}

/** What a difference shows, as a sentence that says no more than its interval. */
export function describeDifference(
  metric: ReportedMetric,
  { mean, seedsAndImages, pairs, verdict }: PairedDifference,
  { arm, reference }: ComparedArms,
): string {
  if (verdict === 'untested' || seedsAndImages === null) {
    const reason =
      pairs < 2 ? `${pairs} seed in common is no evidence` : 'there are no predictions to resample';
    return `Not tested: ${reason}.`;
  }
  const interval = formatInterval(metric, seedsAndImages);
  if (verdict === 'unclear') {
    return `No difference shown: the interval (${interval}) holds zero.`;
  }
  const size = formatChange(metric, Math.abs(mean)).replace(/^\+/, '');
  return `${arm} is ${verdict} than ${reference} by ${size}${unitOf(metric)} of ${METRIC_NAMES[metric]} (${interval}).`;
}

/** Differences of percentages are points. */
function unitOf(metric: ReportedMetric): string {
  return metric === 'auroc' || metric === 'loss' ? '' : ' points';
}
