import type { Value } from '../graph.ts';
import { floatTensor } from '../tensor.ts';
import { requireFit } from './broadcasting.ts';
import { conv2d } from './convolution.ts';
import { pooledShape, type PoolOptions } from './maxPool2d.ts';
import { mean } from './mean.ts';

/**
 * Mean of each window of `[N, C, H, W]`, padding counted in, as PyTorch's default does: a convolution of every
 * channel with equal weights, which brings its gradient along.
 */
export function avgPool2d(x: Value, { kernel, stride = kernel, padding = 0 }: PoolOptions): Value {
  pooledShape('avgPool2d', x.shape, { kernel, stride, padding });
  const channels = x.shape[1];
  const shares = new Float64Array(channels * kernel * kernel).fill(1 / (kernel * kernel));
  const weights = x.graph.constant(floatTensor([channels, 1, kernel, kernel], shares));
  return conv2d(x, weights, undefined, { stride, padding, groups: channels });
}

/** Mean over height and width: `[N, C, H, W]` to `[N, C]`. */
export function globalAveragePool(x: Value): Value {
  requireFit('globalAveragePool', x.shape.length === 4, 'expected [N, C, H, W]', [x]);
  return mean(x, { axes: [2, 3] });
}
