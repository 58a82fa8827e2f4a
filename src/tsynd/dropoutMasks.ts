import { uniforms, type RandomKey } from '../engine/random.ts';
import { floatTensor, type HostTensor } from '../engine/tensor.ts';

/**
 * Inverted dropout: each element is 0 with probability `rate` and 1 / (1 - rate) otherwise, so that the expectation
 * of a masked feature is the feature (Srivastava et al., JMLR 15, 2014). Shape `[rows, features]`.
 */
export function dropoutMasks(key: RandomKey, rows: number, features: number, rate: number): HostTensor {
  const kept = 1 / (1 - rate);
  const draws = uniforms(key, rows * features);
  return floatTensor(
    [rows, features],
    Float32Array.from(draws, (draw) => (draw < rate ? 0 : kept)),
  );
}
