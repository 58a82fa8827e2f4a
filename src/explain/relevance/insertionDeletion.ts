import type { RandomKey } from '../../engine/random.ts';
import { gaussianBlur } from './gaussianBlur.ts';
import { pixelOrders } from './pixelOrder.ts';
import { checkSizes, type ImageShape, type Trials } from './trials.ts';

/**
 * Equal steps from none of the pixels to all of them, whatever the image's size: at 28 x 28 a step is as many pixels
 * as a row has, which is what RISE does at 224 x 224 in eight times as many steps.
 */
export const CURVE_STEPS = 28;

/**
 * Standard deviation of the blurred image that insertion starts from, in sides of the image. RISE blurs by 5 pixels of
 * 224, which leaves small images as they are; an eighth of the side leaves layers and brightness, and no lesion.
 */
export const BLUR_SIGMA = 1 / 8;

export interface CurveAreas {
  /** Of the class probability while the most relevant pixels come first into the blurred image; more is better. */
  readonly insertion: number;
  /** Of the class probability while the most relevant pixels are blackened first; less is better. */
  readonly deletion: number;
}

/**
 * Insertion and deletion (Petsiuk, Das, Saenko: RISE, BMVC 2018, arXiv 1806.07421).
 *
 * @param image [C, H, W]; white is 1
 * @param map [H, W]
 * @param key decides the order of pixels that the map values equally
 * @throws RangeError for sizes that do not fit, and a map that is not finite
 */
export function curveTrials(
  image: ArrayLike<number>,
  map: ArrayLike<number>,
  shape: ImageShape,
  key: RandomKey,
): Trials<CurveAreas> {
  checkSizes(image, map, shape);
  const { mostRelevantFirst } = pixelOrders(map, key);
  const whole = Float32Array.from(image);
  const black = new Float32Array(whole.length);
  const sigma = BLUR_SIGMA * Math.max(shape.height, shape.width);
  const blurred = Float32Array.from(gaussianBlur(image, shape, sigma));
  const images = new Float32Array(2 * (CURVE_STEPS + 1) * whole.length);
  fillCurve(images.subarray(0, images.length / 2), blurred, whole, mostRelevantFirst);
  fillCurve(images.subarray(images.length / 2), whole, black, mostRelevantFirst);
  return {
    count: 2 * (CURVE_STEPS + 1),
    images,
    score: (probs) => {
      const values = Array.from(probs);
      return {
        insertion: curveArea(values.slice(0, CURVE_STEPS + 1)),
        deletion: curveArea(values.slice(CURVE_STEPS + 1)),
      };
    },
  };
}

/** Area under a curve over [0, 1] by the trapezoidal rule: (sum - first / 2 - last / 2) / (n - 1). */
export function curveArea(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return (sum - values[0] / 2 - values[values.length - 1] / 2) / (values.length - 1);
}

/** [steps + 1, C, H, W]: `from` with ever more of its pixels, in `order`, taken from `to`. */
function fillCurve(curve: Float32Array, from: Float32Array, to: Float32Array, order: Int32Array): void {
  const current = from.slice();
  let changed = 0;
  for (let step = 0; step <= CURVE_STEPS; step++) {
    const upTo = Math.round((step * order.length) / CURVE_STEPS);
    for (; changed < upTo; changed++) {
      for (let at = order[changed]; at < current.length; at += order.length) current[at] = to[at];
    }
    curve.set(current, step * current.length);
  }
}
