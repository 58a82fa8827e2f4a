import { quantile } from '../../bootstrap.ts';
import { binOf, type GreyImage } from './greyImage.ts';

const BINS = 32;
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];

export const FIRST_ORDER_NAMES = [
  'mean',
  'deviation',
  'skewness',
  'kurtosis',
  'minimum',
  ...QUANTILES.map((share) => `quantile ${share}`),
  'maximum',
  'entropy',
  'uniformity',
] as const;

/**
 * Statistics of all grey values: population deviation, skewness and kurtosis (3 for a Gaussian; both 0 where all values
 * are equal), quantiles linear between neighbours, and entropy in nats and sum of squares of a histogram of 32 bins.
 */
export function firstOrder({ values }: GreyImage): number[] {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const moment = (power: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / count;
  const variance = moment(2);
  const isFlat = Math.sqrt(variance) < 1e-12;
  const sorted = values.toSorted();
  const shares = histogram(values);
  return [
    mean,
    Math.sqrt(variance),
    isFlat ? 0 : moment(3) / variance ** 1.5,
    isFlat ? 0 : moment(4) / variance ** 2,
    sorted[0],
    ...QUANTILES.map((share) => quantile(sorted, share)),
    sorted[count - 1],
    -shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0),
    shares.reduce((sum, share) => sum + share ** 2, 0),
  ];
}

function histogram(values: Float64Array): Float64Array {
  const shares = new Float64Array(BINS);
  for (const value of values) shares[binOf(value, BINS)] += 1 / values.length;
  return shares;
}
