import type { SaliencyMethod, SaliencySign } from '../protocol/explanations.ts';
import { principalProjection } from './principalProjection.ts';
import { resizeMap, type MapSize } from './resizeMap.ts';

type Numbers = Float32Array | Float64Array;

/** One image's activations and gradients, `[F, h, w]` each. */
export interface LayerActivation {
  readonly activations: Numbers;
  readonly gradients: Numbers;
  readonly features: number;
  readonly size: MapSize;
}

/** How a map is made; `sign` matters where the method leaves it open. */
export interface MapMethod {
  readonly method: SaliencyMethod;
  readonly sign: SaliencySign;
}

/** Keeps the division by the largest value defined, as pytorch-grad-cam does. */
const SCALE_EPS = 1e-7;

/**
 * How much each place speaks for the class, 0 to 1, `[H, W]`: the projection of a layer (see `projectLayer`) without
 * its negative part, divided by its largest value, resized bilinearly, and scaled again to [0, 1]. The arithmetic of
 * pytorch-grad-cam 1.5.5 (base_cam.py, utils/image.py) in double precision.
 *
 * All 0 where nothing is positive.
 */
export function classActivationMap(layer: LayerActivation, how: MapMethod, size: MapSize): Float32Array {
  const projection = projectLayer(layer, how);
  const resized = resizeMap(scaleToOne(projection.map((value) => Math.max(value, 0))), layer.size, size);
  return Float32Array.from(scaleToOne(resized));
}

/**
 * A layer's activations A and gradients G as one signed number a place, `[h, w]`:
 * - Eigen-CAM (Muhammad and Yeasin, arXiv 2008.00299): A on its first principal axis over channels.
 * - EigenGradCAM: G * A, element by element, on its own.
 * - Grad-CAM (Selvaraju et al., arXiv 1610.02391): sum_c w_c A_c, w_c the mean of G_c.
 *
 * A principal axis has no sign of its own. `raw` keeps that of the decomposition, an accident of its arithmetic;
 * `evidence` gives the projection p a non-negative inner product with e = sum_c G_c A_c, to first order what each
 * place adds to the logit, and keeps the raw sign where that product is 0. Grad-CAM's sign is given by its formula and
 * is never turned.
 *
 * What is not a number counts as 0.
 */
export function projectLayer(
  { activations, gradients, features, size }: LayerActivation,
  { method, sign }: MapMethod,
): Float64Array {
  const places = size.width * size.height;
  const a = withoutNaN(activations);
  const g = withoutNaN(gradients);
  if (method === 'gradcam') return gradCam(a, g, features, places);
  const weighted = multiply(a, g);
  const projection = principalProjection(method === 'eigencam' ? a : weighted, features, places);
  return sign === 'evidence' ? orient(projection, sumChannels(weighted, features, places)) : projection;
}

function gradCam(
  activations: Float64Array,
  gradients: Float64Array,
  features: number,
  places: number,
): Float64Array {
  const map = new Float64Array(places);
  for (let channel = 0; channel < features; channel++) {
    const start = channel * places;
    let weight = 0;
    for (let place = 0; place < places; place++) weight += gradients[start + place];
    weight /= places;
    for (let place = 0; place < places; place++) map[place] += weight * activations[start + place];
  }
  return map;
}

function sumChannels(values: Float64Array, features: number, places: number): Float64Array {
  const total = new Float64Array(places);
  for (let channel = 0; channel < features; channel++) {
    for (let place = 0; place < places; place++) total[place] += values[channel * places + place];
  }
  return total;
}

function orient(projection: Float64Array, evidence: Float64Array): Float64Array {
  let product = 0;
  for (let place = 0; place < projection.length; place++) product += projection[place] * evidence[place];
  return product < 0 ? projection.map((value) => -value) : projection;
}

/** Shifted to begin at 0 and divided by the largest value. */
function scaleToOne(map: Float64Array): Float64Array {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of map) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return map.map((value) => (value - lowest) / (SCALE_EPS + (highest - lowest)));
}

/** Loops: a copy by a function for each element takes ten times as long, and there are half a million in a batch. */
function withoutNaN(values: Numbers): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    numbers[index] = Number.isNaN(value) ? 0 : value;
  }
  return numbers;
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length);
  for (let index = 0; index < a.length; index++) product[index] = a[index] * b[index];
  return product;
}
