import type { TensorType } from '../graph.ts';
import { sizeOf, type HostTensor } from '../tensor.ts';
import { emptyLike } from './broadcasting.ts';

/** Applies `finish(x_k - max, log sum_j exp(x_j - max))` to every element, with max and sum taken along an axis. */
export function softmaxReference(
  x: HostTensor,
  axis: number,
  type: TensorType,
  finish: (shifted: number, logTotal: number) => number,
): HostTensor {
  const output = emptyLike(type);
  const length = x.shape[axis];
  const inner = sizeOf(x.shape.slice(axis + 1));
  for (let line = 0; line < x.data.length / length; line++) {
    const start = Math.floor(line / inner) * length * inner + (line % inner);
    let largest = -Infinity;
    for (let k = 0; k < length; k++) largest = Math.max(largest, x.data[start + k * inner]);
    let total = 0;
    for (let k = 0; k < length; k++) total += Math.exp(x.data[start + k * inner] - largest);
    const logTotal = Math.log(total);
    for (let k = 0; k < length; k++) {
      output.data[start + k * inner] = finish(x.data[start + k * inner] - largest, logTotal);
    }
  }
  return output;
}
