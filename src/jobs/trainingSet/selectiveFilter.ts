/**
 * Selective filtering as HistoDiffusion publishes it (github.com/karenyyy/HistoDiffAug, selective_filtering.py): an
 * image is kept where the nearest centroid of real images' features is that of its label; the closest come first, class
 * by class, and at most `maxPerClass` of each. The distance is the mean squared difference of features of length 1 to
 * the mean of those of real images.
 *
 * @param labels [N] of the synthetic images with `features` [N][F]
 * @param real features and labels of real images, at least one of each class
 * @returns positions of the images that are kept
 */
export function selectiveFilter(
  features: readonly Float64Array[],
  labels: Int32Array,
  real: { readonly features: readonly Float64Array[]; readonly labels: Int32Array },
  maxPerClass = Infinity,
): number[] {
  const centroids = classCentroids(real.features, real.labels);
  const distances = features.map((vector, index) => {
    const own = meanSquare(vector, centroids.get(labels[index]));
    const others = [...centroids].map(([label, centroid]) =>
      label === labels[index] ? Infinity : meanSquare(vector, centroid),
    );
    return others.every((other) => own < other) ? own : undefined;
  });
  return [...centroids.keys()]
    .sort((a, b) => a - b)
    .flatMap((label) => {
      const kept = [...labels.keys()].filter((n) => labels[n] === label && distances[n] !== undefined);
      return kept.sort((a, b) => distances[a]! - distances[b]! || a - b).slice(0, maxPerClass);
    });
}

function classCentroids(features: readonly Float64Array[], labels: Int32Array): Map<number, Float64Array> {
  const sums = new Map<number, { count: number; sum: Float64Array }>();
  features.forEach((vector, index) => {
    const entry = sums.get(labels[index]) ?? { count: 0, sum: new Float64Array(vector.length) };
    entry.count++;
    vector.forEach((value, feature) => (entry.sum[feature] += value));
    sums.set(labels[index], entry);
  });
  return new Map([...sums].map(([label, { count, sum }]) => [label, sum.map((value) => value / count)]));
}

/** Infinite where there is no centroid to compare with. */
function meanSquare(vector: Float64Array, centroid: Float64Array | undefined): number {
  if (!centroid) return Infinity;
  let sum = 0;
  for (const [feature, value] of vector.entries()) sum += (value - centroid[feature]) ** 2;
  return sum / vector.length;
}
