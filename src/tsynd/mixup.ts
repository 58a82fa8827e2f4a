import { betaDraw } from '../engine/betaDistribution.ts';
import { deriveKey, permutation, type RandomKey } from '../engine/random.ts';
import { floatTensor, type HostTensor } from '../engine/tensor.ts';

/** Zhang et al. use 0.1 to 0.4 for ImageNet. */
const ALPHA = 0.2;

/** How a batch is mixed: each image with that at its partner's position. */
export interface Mixing {
  readonly partners: Int32Array;
  /** Share of the image itself. */
  readonly lambda: number;
}

/** mixup (Zhang et al., arXiv 1710.09412): lambda from Beta(0.2, 0.2) and one random order a batch. */
export function drawMixing(key: RandomKey, count: number): Mixing {
  return {
    partners: permutation(deriveKey(key, 'partners'), count),
    lambda: betaDraw(deriveKey(key, 'lambda'), ALPHA, ALPHA),
  };
}

/** lambda x_i + (1 - lambda) x_partner(i), of images `[N, C, H, W]`. */
export function mixImages({ shape, data }: HostTensor, { partners, lambda }: Mixing): HostTensor {
  const size = data.length / shape[0];
  const mixed = Float32Array.from(data, (value, index) => {
    const image = Math.floor(index / size);
    return lambda * value + (1 - lambda) * data[partners[image] * size + (index % size)];
  });
  return floatTensor(shape, mixed);
}
