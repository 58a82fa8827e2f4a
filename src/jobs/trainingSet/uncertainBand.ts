import { quantile } from '../../evaluation/bootstrap.ts';

/**
 * The opposite of selective filtering: images whose label an independent classifier agrees with, and about which it is
 * uncertain all the same. The band lies between two quantiles of the mutual information of the whole pool, both
 * included.
 *
 * @param agrees [N] whether the classifier predicts the label, without dropout
 * @returns positions of the images that are kept, ascending
 */
export function uncertainBand(
  mutualInformation: Float64Array,
  agrees: readonly boolean[],
  { low, high }: { readonly low: number; readonly high: number },
): number[] {
  const sorted = mutualInformation.slice().sort();
  const [least, most] = [quantile(sorted, low), quantile(sorted, high)];
  return agrees.flatMap((agreed, index) => {
    const value = mutualInformation[index];
    return agreed && value >= least && value <= most ? [index] : [];
  });
}
