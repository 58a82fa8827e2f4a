import { deriveKey, normals, uniforms, type RandomKey } from '../../engine/random.ts';
import { floatTensor, type HostTensor } from '../../engine/tensor.ts';
import { floatsOf, type Floats } from './attackedClassifier.ts';

/** A copy of images with every pixel replaced by what `change` makes of it, clipped to [0, 1]. */
function changePixels(images: HostTensor, change: (pixel: number, at: number) => number): HostTensor {
  const pixels = floatsOf(images);
  const changed = pixels.slice();
  for (let at = 0; at < pixels.length; at++) changed[at] = clip(change(pixels[at], at), 0, 1);
  return floatTensor(images.shape, changed);
}

/**
 * clip(x + sigma n, 0, 1), n standard normal: torchattacks' GN.
 *
 * @param images `[N, C, H, W]` in [0, 1]
 * @param draws as many standard normal numbers
 */
export function addNoise(images: HostTensor, draws: Floats, sigma: number): HostTensor {
  return changePixels(images, (pixel, at) => pixel + sigma * draws[at]);
}

/**
 * clip(x + eps sign(g), 0, 1) with sign(0) = 0: the fast gradient sign method (Goodfellow, Shlens, Szegedy, arXiv
 * 1412.6572), as torchattacks' FGSM.
 *
 * @param signs of the gradient of the loss, -1, 0 or 1
 */
export function signedStep(images: HostTensor, signs: Int8Array, eps: number): HostTensor {
  return changePixels(images, (pixel, at) => pixel + eps * signs[at]);
}

/** clip(x + eps u, 0, 1): where PGD starts, u uniform on [-1, 1). */
export function randomStart(images: HostTensor, draws: Floats, eps: number): HostTensor {
  return changePixels(images, (pixel, at) => pixel + eps * draws[at]);
}

/** The size of PGD's steps. */
export interface PgdStep {
  readonly eps: number;
  readonly stepSize: number;
}

/**
 * One step of projected gradient descent in the maximum norm (Madry et al., arXiv 1706.06083), as torchattacks' PGD:
 * y = a + stepSize sign(g), then clip(x + clip(y - x, -eps, eps), 0, 1).
 *
 * @param images x, where the ball of radius eps is centred
 * @param current a, the iterate that the gradient g belongs to
 */
export function pgdStep(
  images: HostTensor,
  current: HostTensor,
  gradient: Floats,
  { eps, stepSize }: PgdStep,
): HostTensor {
  const iterate = floatsOf(current);
  return changePixels(images, (pixel, at) => {
    const moved = iterate[at] + stepSize * Math.sign(gradient[at]);
    return pixel + clip(moved - pixel, -eps, eps);
  });
}

export function signsOf(gradient: Floats): Int8Array {
  return Int8Array.from(gradient, Math.sign);
}

/** Standard normal numbers for the images at `positions`, each from its own key, and none for what fills the batch. */
export function noiseDraws(key: RandomKey, positions: Int32Array, images: HostTensor): Float64Array {
  return drawEach(positions, images, (position, count) => normals(deriveKey(key, position), count));
}

/** Like `noiseDraws`, uniform on [-1, 1). */
export function startDraws(key: RandomKey, positions: Int32Array, images: HostTensor): Float64Array {
  return drawEach(positions, images, (position, count) => uniforms(deriveKey(key, position), count, -1, 1));
}

function drawEach(
  positions: Int32Array,
  { data, shape }: HostTensor,
  draw: (position: number, count: number) => Float64Array,
): Float64Array {
  const draws = new Float64Array(data.length);
  const size = data.length / shape[0];
  positions.forEach((position, row) => draws.set(draw(position, size), row * size));
  return draws;
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
