import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { sameShape } from '../tensor.ts';
import { binaryOperation } from './elementwise.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

const elementwise = binaryOperation({
  name: 'pow',
  onnx: 'Pow',
  tensorFlow: 'Pow',
  compute: (a, b) => a ** b,
  gradients: [
    (a, b, dy) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    // Only for positive bases, where the logarithm exists.
    (a, _b, dy, y) => mul(dy, mul(y, log(a))),
  ],
});

const operation: typeof elementwise = {
  ...elementwise,
  toOnnx: (emitter, inputs, attributes, types) => {
    if (emitter.provider === 'cpu') return elementwise.toOnnx(emitter, inputs, attributes, types);
    // The WebGPU kernel of ONNX Runtime 1.30 fails on operands that it has to stretch along an inner axis.
    const { shape } = types.outputs[0];
    const stretched = inputs.map((name, index) =>
      sameShape(types.inputs[index].shape, shape)
        ? name
        : emitter.node('Expand', [name, emitter.int64s(shape)]),
    );
    return emitter.node('Pow', stretched);
  },
};

/** a to the power of b, with broadcasting. */
export function pow(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
