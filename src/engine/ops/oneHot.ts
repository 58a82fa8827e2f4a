import type { Value } from '../graph.ts';
import { requireType } from './broadcasting.ts';
import { cast } from './cast.ts';
import { equal } from './compare.ts';
import { intTensor } from '../tensor.ts';
import { reshape } from './reshape.ts';

/** float32 `[..., depth]` with a 1 at each index of an int32 `[...]`, 0 elsewhere; no gradient. */
export function oneHot(indices: Value, depth: number): Value {
  requireType('oneHot', [indices], 'int32');
  const classes = indices.graph.constant(
    intTensor(
      [depth],
      Array.from({ length: depth }, (_, index) => index),
    ),
  );
  return cast(equal(reshape(indices, [...indices.shape, 1]), classes), 'float32');
}
