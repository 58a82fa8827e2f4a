import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { sizeOf } from '../tensor.ts';
import { emptyLike, normalizeAxis, requireFit } from './broadcasting.ts';
import { slice } from './slice.ts';

const operation: Operation<{ readonly axis: number }> = {
  name: 'concat',
  infer: (inputs, { axis }) => {
    const first = inputs[0];
    const fits = inputs.every(
      ({ shape, dtype }) =>
        dtype === first.dtype &&
        shape.length === first.shape.length &&
        shape.every((length, a) => a === axis || length === first.shape[a]),
    );
    if (!fits) {
      throw new ShapeError(
        'concat',
        `operands may differ along axis ${axis} only`,
        inputs.map((i) => i.shape),
      );
    }
    const total = inputs.reduce((length, input) => length + input.shape[axis], 0);
    return { shape: first.shape.map((length, a) => (a === axis ? total : length)), dtype: first.dtype };
  },
  differentiate: ({ attributes: { axis }, inputs }, [dy]) => {
    let start = 0;
    return inputs.map((input) => {
      const from = start;
      start += input.shape[axis];
      return () => slice(dy!, { axis, start: from, end: from + input.shape[axis] });
    });
  },
  toOnnx: (emitter, inputs, { axis }) => emitter.node('Concat', inputs, { axis }),
  toTensorFlow: ({ tf }, inputs, { axis }) => tf.concat([...inputs], axis),
  evaluate: (inputs, { axis }, outputs) => {
    const output = emptyLike(outputs[0]);
    const inner = sizeOf(output.shape.slice(axis + 1));
    const rowLength = output.shape[axis] * inner;
    let offset = 0;
    for (const { data, shape } of inputs) {
      const length = shape[axis] * inner;
      for (let i = 0; i < data.length; i++) {
        output.data[Math.floor(i / length) * rowLength + offset + (i % length)] = data[i]!;
      }
      offset += length;
    }
    return output;
  },
};

/** Operands joined along an axis. */
export function concat(operands: readonly Value[], axis: number): Value {
  requireFit('concat', operands.length > 0, 'there are no operands', operands);
  if (operands.length === 1) return operands[0];
  return apply(operation, operands, { axis: normalizeAxis('concat', axis, operands[0].shape) });
}
