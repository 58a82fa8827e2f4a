import type { LabelledImages } from '../../src/data/dataset.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { deriveKey, normals, randomKey, uniforms, type RandomKey } from '../../src/engine/random.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import type { AttackedModel } from '../../src/evaluation/robustness/attackPrograms.ts';
import { linearLayer } from '../../src/nn/layers.ts';
import type { ModelState } from '../../src/nn/modelState.ts';

// A linear classifier, of which every attack's best result is known: eps times the sum of the weights' sizes.

export const LINEAR_SIDE = 8;
const SIZE = LINEAR_SIDE ** 2;

/** Two classes of grey images. `scale` multiplies the logits: 1e6 saturates the softmax and so hides all gradients. */
export function linearModel(scale = 1): AttackedModel {
  return {
    logits: (scope, images) => {
      const flat = reshape(sub(images, 0.5), [images.shape[0], SIZE]);
      return mul(linearLayer(scope, 'linear', flat, 2), scale);
    },
    inChannels: 1,
    numClasses: 2,
    likelihood: 'softmax',
  };
}

/** Weights w: logit 0 is -w x / 2, logit 1 is w x / 2. */
export function linearWeights(): Float64Array {
  return normals(randomKey(4), SIZE).map(Math.fround);
}

export function linearState(): ModelState {
  const weights = linearWeights();
  const both = [...weights.map((weight) => -weight / 2), ...weights.map((weight) => weight / 2)];
  return new Map([
    ['linear.weight', floatTensor([2, SIZE], both)],
    ['linear.bias', floatTensor([2], [0, 0])],
  ]);
}

/** Noise between 0.3 and 0.7, so that small changes are not clipped; nine of ten labels are what the model predicts. */
export function linearImages(count: number, key: RandomKey = randomKey(5)): LabelledImages<'test'> {
  const weights = linearWeights();
  const pixels = Float32Array.from(uniforms(key, count * SIZE, 0.3, 0.7));
  const labels = Int32Array.from({ length: count }, (_, image) => {
    const isClass1 = linearLogit(pixels.subarray(image * SIZE, (image + 1) * SIZE), weights) > 0;
    return isClass1 === image % 10 > 0 ? 1 : 0;
  });
  const sources = Array.from({ length: count }, (_, index) => ({ split: 'test', index }) as const);
  return { split: 'test', count, pixels, maxValue: 1, labels, sources };
}

/** w (x - 1/2) */
export function linearLogit(pixels: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < SIZE; at++) sum += weights[at] * (pixels[at] - 0.5);
  return sum;
}

export const linearKey = deriveKey(randomKey(6), 'attacks');
