import type { Tensor } from '@tensorflow/tfjs-core';
import type { PadAttributes } from '../ops/slice.ts';
import type { TensorFlow } from './tensorFlowContext.ts';

/** x with elements added along one axis, in front, behind and between. */
export function padAlong(
  tf: TensorFlow,
  x: Tensor,
  { axis, before, after, interior, value }: PadAttributes,
): Tensor {
  const padAxis = (tensor: Tensor, at: number, front: number, back: number): Tensor =>
    tf.pad(
      tensor,
      tensor.shape.map((_, a): [number, number] => (a === at ? [front, back] : [0, 0])),
      value,
    );
  if (interior === 0) return padAxis(x, axis, before, after);
  // TensorFlow pads at the ends only: every element gets a row of its own, which is padded, and what then stands
  // behind the last element is cut off.
  const { shape } = x;
  const rows = tf.reshape(x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const lengths = shape.map((length, a) => (a === axis ? length * (interior + 1) : length));
  const spread = tf.reshape(padAxis(rows, axis + 1, 0, interior), lengths);
  const kept = lengths.map((length, a) => (a === axis ? length - interior : length));
  return padAxis(
    tf.slice(
      spread,
      kept.map(() => 0),
      kept,
    ),
    axis,
    before,
    after,
  );
}
