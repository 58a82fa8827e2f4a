import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { floatTensor } from '../tensor.ts';
import { apply, type Operation } from '../operation.ts';
import { emptyLike } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';
import { mul } from './mul.ts';
import { sum } from './sum.ts';

const PER_CHANNEL = { axes: [0, 2, 3] };

const operation: Operation<NoAttributes> = {
  name: 'channelAffine',
  infer: (inputs) => {
    const [x, scale, shift] = inputs.map((input) => input.shape);
    if (
      x.length !== 4 ||
      scale.length !== 1 ||
      scale[0] !== x[1] ||
      shift.length !== 1 ||
      shift[0] !== x[1]
    ) {
      throw new ShapeError('channelAffine', 'expected [N, C, H, W], [C] and [C]', [x, scale, shift]);
    }
    return inputs[0];
  },
  differentiate: ({ inputs: [x, scale] }, [dy]) => [
    () => channelAffine(dy!, scale, dy!.graph.filled(scale.shape, 0)),
    () => sum(mul(dy!, x), PER_CHANNEL),
    () => sum(dy!, PER_CHANNEL),
  ],
  // Inference-mode batch norm of mean 0 and variance 1 is the only ONNX kernel that scales and shifts in one pass.
  lower: (emitter, [x, scale, shift], _, { inputs }) => {
    const channels = inputs[1].shape;
    const zeros = emitter.initializer(floatTensor(channels, 0));
    const ones = emitter.initializer(floatTensor(channels, 1));
    return emitter.node('BatchNormalization', [x, scale, shift, zeros, ones], { epsilon: { float: 0 } });
  },
  evaluate: ([x, scale, shift], _, outputs) => {
    const output = emptyLike(outputs[0]);
    const [, channels, height, width] = x.shape;
    const area = height * width;
    for (let i = 0; i < output.data.length; i++) {
      const channel = Math.floor(i / area) % channels;
      output.data[i] = x.data[i] * scale.data[channel] + shift.data[channel];
    }
    return output;
  },
};

/** x * scale + shift with one scale and shift a channel: `[N, C, H, W]`, `[C]`, `[C]` to `[N, C, H, W]`. */
export function channelAffine(x: Value, scale: Value, shift: Value): Value {
  return apply(operation, [x, scale, shift], {});
}
