import { deriveKey, integers, type RandomKey } from '../../engine/random.ts';

/** Resamples of small test sets, and at least of large ones; between them as many as cost about the same. */
const MOST_RESAMPLES = 1000;
const FEWEST_RESAMPLES = 200;
const ENTRIES = 1_000_000;

/** How many resamples of a test set are affordable: 1000, fewer for large ones, never under 200. */
export function countResamples(images: number, columns: number): number {
  const affordable = Math.floor(ENTRIES / Math.max(1, images * columns));
  return Math.min(MOST_RESAMPLES, Math.max(FEWEST_RESAMPLES, affordable));
}

/**
 * Bootstrap resamples of a test set: how often each of its N images is drawn in N draws with replacement. The same key
 * gives the same resamples, so that classifiers that are compared are scored on the same ones.
 *
 * @returns `samples` arrays [N], each with sum N
 */
export function imageResamples(images: number, samples: number, key: RandomKey): Uint16Array[] {
  const drawKey = deriveKey(key, 'images');
  return Array.from({ length: samples }, (_, sample) => {
    const counts = new Uint16Array(images);
    for (const index of integers(deriveKey(drawKey, sample), images, images)) counts[index]++;
    return counts;
  });
}
