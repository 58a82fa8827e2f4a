import { deriveKey, integers, type RandomKey } from '../engine/random.ts';

/** A mean with its 95 % interval. */
export interface BootstrapMean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Values that it is the mean of. */
  readonly count: number;
}

export interface BootstrapOptions {
  readonly key: RandomKey;
  /** Resamples. */
  readonly samples: number;
}

const LOW = 0.025;
const HIGH = 0.975;

/**
 * The mean of values with the percentile bootstrap's 95 % interval (Efron, Tibshirani: An Introduction to the
 * Bootstrap, 1993, section 13.3): the 2.5th and 97.5th percentile of the means of resamples of the same size. For
 * paired data give the differences of the pairs. The same key gives the same interval.
 *
 * @returns undefined where there are no values
 * @throws RangeError for values that are not finite
 */
export function bootstrapMean(
  values: readonly number[],
  { key, samples }: BootstrapOptions,
): BootstrapMean | undefined {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new RangeError(`bootstrapMean: ${wrong} is no number to average.`);
  const count = values.length;
  if (count === 0) return undefined;
  const means = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0;
    for (const index of integers(deriveKey(key, sample), count, count)) sum += values[index];
    means[sample] = sum / count;
  }
  means.sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return { mean, low: quantile(means, LOW), high: quantile(means, HIGH), count };
}

/** The quantile of sorted values, linear between neighbours as NumPy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
