import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../tensor.ts';

const operation: Operation<{ readonly shape: Shape }> = {
  name: 'reshape',
  infer: ([x], { shape }) => {
    const isShape = shape.every((length) => Number.isInteger(length) && length > 0);
    if (!isShape || sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError('reshape', `${sizeOf(x.shape)} elements do not fill ${formatShape(shape)}`, [
        x.shape,
      ]);
    }
    return { shape, dtype: x.dtype };
  },
  differentiate: ({ inputs: [x] }, [dy]) => [() => reshape(dy!, x.shape)],
  toOnnx: (emitter, inputs, { shape }) => emitter.node('Reshape', [inputs[0], emitter.int64s(shape)]),
  toTensorFlow: ({ tf }, [x], { shape }) => tf.reshape(x, [...shape]),
  evaluate: ([x], { shape }) => ({ ...x, shape }),
};

/** The same elements, in row-major order, under another shape. */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(operation, [x], { shape: [...shape] });
}
