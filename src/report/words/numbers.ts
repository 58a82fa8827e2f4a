import type { Interval, MetricSummary, ReportedMetric } from '../../protocol/report.ts';

/** What stands for a number that is not there. */
export const NONE = '–';

interface Look {
  /** In per cent. */
  readonly isShare: boolean;
  readonly decimals: number;
}

const LOOKS: Readonly<Record<ReportedMetric, Look>> = {
  accuracy: { isShare: true, decimals: 1 },
  balancedAccuracy: { isShare: true, decimals: 1 },
  auroc: { isShare: false, decimals: 3 },
  calibrationError: { isShare: true, decimals: 1 },
  loss: { isShare: false, decimals: 3 },
};

/** A score as tables have it: shares in per cent with one decimal, AUC and loss with three decimals. */
export function formatScore(metric: ReportedMetric, value: number | null): string {
  if (value === null) return NONE;
  const { isShare, decimals } = LOOKS[metric];
  return minus((isShare ? 100 * value : value).toFixed(decimals));
}

/** `73.1 ± 0.4`; with one seed the score alone. */
export function formatMean(
  metric: ReportedMetric,
  { mean, deviation }: Pick<MetricSummary, 'mean' | 'deviation'>,
): string {
  const score = formatScore(metric, mean);
  return deviation === null || mean === null ? score : `${score} ± ${formatScore(metric, deviation)}`;
}

/** With its sign: `+1.2`, `−0.031`. */
export function formatChange(metric: ReportedMetric, value: number): string {
  const text = formatScore(metric, value);
  return value > 0 && !isZero(text) ? `+${text}` : text;
}

/** `−0.4 to +2.9`. */
export function formatInterval(metric: ReportedMetric, { low, high }: Interval): string {
  return `${formatChange(metric, low)} to ${formatChange(metric, high)}`;
}

/** A number of a measurement, with about three significant digits. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000 || size < 0.001) return minus(value.toExponential(2));
  return minus(value.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3));
}

/** `1 %`, `12.5 %`. */
export function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

/** `0.3 h`, `12 h`; below a tenth of an hour in minutes. */
export function formatHours(hours: number): string {
  if (hours < 0.1) return `${(60 * hours).toFixed(1)} min`;
  return `${hours.toFixed(hours < 10 ? 2 : 1)} h`;
}

/** A true minus sign, and none before a zero. */
function minus(text: string): string {
  if (!text.startsWith('-')) return text;
  return isZero(text) ? text.slice(1) : `−${text.slice(1)}`;
}

function isZero(text: string): boolean {
  return /^[-+]?0(\.0+)?$/.test(text);
}
