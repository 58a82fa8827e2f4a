import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { stridesOf } from '../tensor.ts';
import { padAlong } from '../tensorflow/padAlong.ts';
import { emptyLike, normalizeAxis, requireFit, requireType, stridedIndices } from './broadcasting.ts';

// Slicing and padding are each other's gradient, which is why they share a file.

export interface SliceOptions {
  readonly axis: number;
  readonly start: number;
  /** One past the last element. */
  readonly end: number;
  /** Takes every `step`-th element; 1 when absent. */
  readonly step?: number;
}

type SliceAttributes = Required<SliceOptions>;

const sliceOperation: Operation<SliceAttributes> = {
  name: 'slice',
  infer: ([x], { axis, start, end, step }) => {
    const length = x.shape[axis];
    const fits = start >= 0 && start < end && end <= length && step >= 1;
    const isWhole = [start, end, step].every(Number.isInteger);
    requireFit('slice', fits && isWhole, `${start}:${end}:${step} is no range of axis ${axis}`, [x]);
    const kept = Math.ceil((end - start) / step);
    return { shape: x.shape.map((l, a) => (a === axis ? kept : l)), dtype: x.dtype };
  },
  differentiate: ({ attributes: { axis, start, step }, inputs: [x], outputs: [y] }, [dy]) => [
    () => {
      const spread = (y.shape[axis] - 1) * step + 1;
      return pad(dy!, { axis, before: start, after: x.shape[axis] - start - spread, interior: step - 1 });
    },
  ],
  toOnnx: (emitter, inputs, { axis, start, end, step }) =>
    emitter.node('Slice', [
      inputs[0],
      emitter.int64s([start]),
      emitter.int64s([end]),
      emitter.int64s([axis]),
      emitter.int64s([step]),
    ]),
  toTensorFlow: ({ tf }, [x], { axis, start, end, step }) => {
    const along = (value: number, others: readonly number[]): number[] =>
      others.map((other, a) => (a === axis ? value : other));
    const zeros = x.shape.map(() => 0);
    if (step === 1) return tf.slice(x, along(start, zeros), along(end - start, x.shape));
    const ones = x.shape.map(() => 1);
    return tf.stridedSlice(x, along(start, zeros), along(end, x.shape), along(step, ones));
  },
  evaluate: ([x], { axis, start, step }, outputs) => {
    const output = emptyLike(outputs[0]);
    const strides = stridesOf(x.shape);
    const steps = strides.map((stride, a) => (a === axis ? stride * step : stride));
    const positions = stridedIndices(output.shape, steps, start * strides[axis]);
    positions.forEach((position, flat) => (output.data[flat] = x.data[position]!));
    return output;
  },
};

/** Elements `start, start + step, ...` below `end` along one axis. */
export function slice(x: Value, options: SliceOptions): Value {
  const axis = normalizeAxis('slice', options.axis, x.shape);
  const step = options.step ?? 1;
  if (options.start === 0 && options.end === x.shape[axis] && step === 1) return x;
  return apply(sliceOperation, [x], { axis, start: options.start, end: options.end, step });
}

export interface PadOptions {
  readonly axis: number;
  /** Elements added in front. */
  readonly before: number;
  /** Elements added behind. */
  readonly after: number;
  /** Elements added between each two; 0 when absent. */
  readonly interior?: number;
  /** What is added; 0 when absent. */
  readonly value?: number;
}

export type PadAttributes = Required<PadOptions>;

const padOperation: Operation<PadAttributes> = {
  name: 'pad',
  infer: (inputs, { axis, before, after, interior }) => {
    requireType('pad', inputs, 'float32');
    const { shape } = inputs[0];
    const fits = [before, after, interior].every((count) => Number.isInteger(count) && count >= 0);
    requireFit('pad', fits, `cannot add ${before}, ${after} and ${interior} elements`, inputs);
    const padded = before + (shape[axis] - 1) * (interior + 1) + 1 + after;
    return { shape: shape.map((length, a) => (a === axis ? padded : length)), dtype: 'float32' };
  },
  differentiate: ({ attributes: { axis, before, interior }, inputs: [x] }, [dy]) => [
    () => {
      const end = before + (x.shape[axis] - 1) * (interior + 1) + 1;
      return slice(dy!, { axis, start: before, end, step: interior + 1 });
    },
  ],
  toOnnx: (emitter, inputs, { axis, before, after, interior, value }, types) => {
    const { shape } = types.inputs[0];
    const fill = emitter.float(value);
    const padAxis = (name: string, rank: number, at: number, front: number, back: number): string => {
      const pads = new Array<number>(2 * rank).fill(0);
      pads[at] = front;
      pads[rank + at] = back;
      return emitter.node('Pad', [name, emitter.int64s(pads), fill]);
    };
    if (interior === 0) return padAxis(inputs[0], shape.length, axis, before, after);
    // ONNX pads at the ends only: give every element a row of its own, pad the rows, and cut what stands behind
    // the last element.
    const length = shape[axis];
    const rows = emitter.node('Reshape', [
      inputs[0],
      emitter.int64s([...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]),
    ]);
    const padded = padAxis(rows, shape.length + 1, axis + 1, 0, interior);
    const flat = emitter.node('Reshape', [
      padded,
      emitter.int64s(shape.map((l, a) => (a === axis ? l * (interior + 1) : l))),
    ]);
    if (before === 0 && after === interior) return flat;
    const cut = emitter.node('Slice', [
      flat,
      emitter.int64s([0]),
      emitter.int64s([(length - 1) * (interior + 1) + 1]),
      emitter.int64s([axis]),
    ]);
    return padAxis(cut, shape.length, axis, before, after);
  },
  toTensorFlow: ({ tf }, [x], attributes) => padAlong(tf, x, attributes),
  evaluate: ([x], { axis, before, interior, value }, outputs) => {
    const output = emptyLike(outputs[0]);
    output.data.fill(value);
    const strides = stridesOf(output.shape);
    const steps = strides.map((stride, a) => (a === axis ? stride * (interior + 1) : stride));
    const positions = stridedIndices(x.shape, steps, before * strides[axis]);
    positions.forEach((position, flat) => (output.data[position] = x.data[flat]!));
    return output;
  },
};

/** x with elements added along one axis, in front, behind and between (as XLA's pad does). */
export function pad(x: Value, options: PadOptions): Value {
  const { before, after, interior = 0, value = 0 } = options;
  if (before === 0 && after === 0 && interior === 0) return x;
  const axis = normalizeAxis('pad', options.axis, x.shape);
  return apply(padOperation, [x], { axis, before, after, interior, value });
}
