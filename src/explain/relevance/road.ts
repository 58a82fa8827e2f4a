import { deriveKey, normals, type RandomKey } from '../../engine/random.ts';
import { imputeLinearly } from './imputation.ts';
import { pixelOrders } from './pixelOrder.ts';
import { checkSizes, type ImageShape, type Trials } from './trials.ts';

/** Percentiles of the map at which pixels are removed, as pytorch-grad-cam takes them. */
export const ROAD_PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90] as const;

/** Standard deviation of the noise on imputed pixels; without it their smoothness would tell where they are. */
const NOISE = 0.01;

/**
 * Remove and debias (ROAD, arXiv 2202.00449; combined as in pytorch-grad-cam's metrics/road.py): pixels are removed,
 * most relevant first (MoRF) and least relevant first (LeRF), and imputed from those around them. With s the
 * probability of the class, the score is the mean over percentiles of
 *
 *   ((s_LeRF - s) - (s_MoRF - s)) / 2 = (s_LeRF - s_MoRF) / 2,
 *
 * and more is better. At percentile p, MoRF keeps the pixels whose value is below the p-th percentile of the map, and
 * LeRF does so with 1 - map. Where values are equal that rule may keep no pixel at all, since a map that was cut off at
 * 0 has its lower percentiles there; so as many pixels are kept as without equal values, in an order that is random
 * among equals. Both directions share it and the noise: a map that says nothing scores 0.
 *
 * @param image [C, H, W]; white is 1
 * @param map [H, W]
 * @param key decides the noise, and the order of pixels that the map values equally
 * @throws RangeError for sizes that do not fit, and a map that is not finite
 */
export function roadTrials(
  image: ArrayLike<number>,
  map: ArrayLike<number>,
  shape: ImageShape,
  key: RandomKey,
): Trials<number> {
  checkSizes(image, map, shape);
  const { mostRelevantFirst, leastRelevantFirst } = pixelOrders(map, deriveKey(key, 'order'));
  const images = new Float32Array(2 * ROAD_PERCENTILES.length * image.length);
  for (const [index, percentile] of ROAD_PERCENTILES.entries()) {
    const noise = normals(deriveKey(key, 'noise', percentile), image.length);
    for (const [side, order] of [mostRelevantFirst, leastRelevantFirst].entries()) {
      const isKept = keptPixels(order, percentile);
      const imputed = imputeLinearly(image, isKept, shape);
      const start = (2 * index + side) * image.length;
      for (let at = 0; at < image.length; at++) {
        images[start + at] = imputed[at] + (isKept[at % isKept.length] === 1 ? 0 : NOISE * noise[at]);
      }
    }
  }
  return {
    count: 2 * ROAD_PERCENTILES.length,
    images,
    score: (probs) => {
      let sum = 0;
      for (let index = 0; index < ROAD_PERCENTILES.length; index++) {
        sum += (probs[2 * index + 1] - probs[2 * index]) / 2;
      }
      return sum / ROAD_PERCENTILES.length;
    },
  };
}

/**
 * [H, W] 1 where a pixel is kept when those that come first in `order` are removed. Of N different values,
 * ceil((N - 1) p / 100) are below the p-th percentile as NumPy interpolates it.
 */
export function keptPixels(order: Int32Array, percentile: number): Uint8Array {
  const count = Math.ceil((order.length - 1) * (percentile / 100));
  const isKept = new Uint8Array(order.length);
  for (const position of order.subarray(order.length - count)) isKept[position] = 1;
  return isKept;
}
