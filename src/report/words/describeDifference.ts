import type { PairedDifference, ReportedMetric } from '../../protocol/report.ts';
import { METRIC_NAMES } from './names.ts';
import { formatChange } from './numbers.ts';

/** What a difference shows, as a sentence that says no more than its interval, which stands beside it. */
export function describeDifference(
  metric: ReportedMetric,
  { mean, seedsAndImages, pairs, verdict }: PairedDifference,
  reference: string,
): string {
  if (verdict === 'untested' || seedsAndImages === null) {
    const reason = pairs < 2 ? 'one seed in common is no evidence' : 'there are no predictions to resample';
    return `Not tested: ${reason}.`;
  }
  if (verdict === 'unclear') return 'Inside the interval: no difference shown.';
  const size = formatChange(metric, Math.abs(mean)).replace(/^\+/, '');
  return `${verdict === 'better' ? 'Better' : 'Worse'} than ${reference} by ${size}${unitOf(metric)}.`;
}

/** Differences of percentages are points. */
function unitOf(metric: ReportedMetric): string {
  return metric === 'auroc' || metric === 'loss' ? ` of ${METRIC_NAMES[metric]}` : ' points';
}
