import type { Value } from '../graph.ts';
import { sameShape } from '../tensor.ts';
import { add } from './add.ts';
import { requireFit } from './broadcasting.ts';
import { div } from './div.ts';
import { mean } from './mean.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';

/**
 * (x - mean) / sqrt(variance + eps) * scale + bias over the last axis (Ba, Kiros, Hinton, arXiv 1607.06450).
 *
 * @param x `[..., D]`, scale and bias `[D]`
 */
export function layerNorm(x: Value, scale: Value, bias: Value, eps: number): Value {
  const fits = [scale, bias].every(({ shape }) => sameShape(shape, x.shape.slice(-1)));
  requireFit('layerNorm', fits && x.shape.length > 0, 'expected [..., D], [D] and [D]', [x, scale, bias]);
  const last = { axes: [-1], keepDims: true };
  const centred = sub(x, mean(x, last));
  const deviation = sqrt(add(mean(mul(centred, centred), last), eps));
  return add(mul(div(centred, deviation), scale), bias);
}
