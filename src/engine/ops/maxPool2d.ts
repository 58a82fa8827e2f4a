import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { maxPool } from '../tensorflow/maxPool.ts';
import { add } from './add.ts';
import { emptyLike, requireType } from './broadcasting.ts';
import { and, equal, not } from './compare.ts';
import { windowCount } from './convolutionShapes.ts';
import { pad, slice } from './slice.ts';
import { where } from './where.ts';

export interface PoolOptions {
  readonly kernel: number;
  /** Equal to the kernel when absent. */
  readonly stride?: number;
  readonly padding?: number;
}

export type PoolAttributes = Required<PoolOptions>;

/** Stands for the padding of a max pool where an operation needs a finite number. */
const LOWEST = -3.4028234663852886e38;

const operation: Operation<PoolAttributes> = {
  name: 'maxPool2d',
  infer: (inputs, attributes) => {
    requireType('maxPool2d', inputs, 'float32');
    return { shape: pooledShape('maxPool2d', inputs[0].shape, attributes), dtype: 'float32' };
  },
  differentiate: ({ attributes, inputs: [x], outputs: [y] }, [dy]) => [
    () => poolGradient(x, y, dy!, attributes),
  ],
  toOnnx: (emitter, inputs, { kernel, stride, padding }) =>
    emitter.node('MaxPool', inputs, {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    }),
  toTensorFlow: ({ tf }, [x], attributes) => maxPool(tf, x, attributes, LOWEST),
  evaluate: ([x], { kernel, stride, padding }, outputs) => {
    const output = emptyLike(outputs[0]);
    const [, , height, width] = x.shape as readonly [number, number, number, number];
    const [batch, channels, rows, columns] = output.shape as readonly [number, number, number, number];
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let largest = -Infinity;
          for (let i = 0; i < kernel; i++) {
            for (let j = 0; j < kernel; j++) {
              const [r, c] = [row * stride + i - padding, column * stride + j - padding];
              if (r < 0 || r >= height || c < 0 || c >= width) continue;
              largest = Math.max(largest, x.data[(plane * height + r) * width + c]);
            }
          }
          output.data[(plane * rows + row) * columns + column] = largest;
        }
      }
    }
    return output;
  },
};

/** Largest element of each window of `[N, C, H, W]`; padding never wins. */
export function maxPool2d(x: Value, { kernel, stride = kernel, padding = 0 }: PoolOptions): Value {
  return apply(operation, [x], { kernel, stride, padding });
}

export function pooledShape(
  name: string,
  x: readonly number[],
  { kernel, stride, padding }: PoolAttributes,
): number[] {
  const whole = [kernel, stride, padding].every(Number.isInteger);
  if (!whole || kernel < 1 || stride < 1 || padding < 0) {
    const options = `kernel ${kernel}, stride ${stride}, padding ${padding}`;
    throw new ShapeError(name, `${options} are not possible`, [x]);
  }
  if (x.length !== 4 || padding > kernel / 2) {
    throw new ShapeError(name, `expected [N, C, H, W] and padding of at most half the kernel ${kernel}`, [x]);
  }
  const [height, width] = [
    windowCount(x[2], kernel, stride, padding),
    windowCount(x[3], kernel, stride, padding),
  ];
  if (height < 1 || width < 1)
    throw new ShapeError(name, `the kernel ${kernel} is larger than the padded image`, [x]);
  return [x[0], x[1], height, width];
}

/**
 * Gives each window's gradient to its first largest element, in row-major order as PyTorch does: kernel position by
 * kernel position, the strided slice of x that the position sees is compared with the window's maximum.
 */
function poolGradient(x: Value, y: Value, dy: Value, { kernel, stride, padding }: PoolAttributes): Value {
  const size = (axis: number): number => x.shape[axis] + 2 * padding;
  const padAll = (value: Value, fill: number): Value =>
    [2, 3].reduce((v, axis) => pad(v, { axis, before: padding, after: padding, value: fill }), value);
  const padded = padAll(x, LOWEST);

  let isFree: Value | undefined;
  let total: Value | undefined;
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const ends = [i + (y.shape[2] - 1) * stride + 1, j + (y.shape[3] - 1) * stride + 1];
      const rows = slice(padded, { axis: 2, start: i, end: ends[0], step: stride });
      const seen = slice(rows, { axis: 3, start: j, end: ends[1], step: stride });
      const isLargest = equal(seen, y);
      const takes = isFree ? and(isFree, isLargest) : isLargest;
      isFree = isFree ? and(isFree, not(isLargest)) : not(isLargest);
      const share = where(takes, dy, 0);
      const wide = pad(share, { axis: 3, before: j, after: size(3) - ends[1], interior: stride - 1 });
      const placed = pad(wide, { axis: 2, before: i, after: size(2) - ends[0], interior: stride - 1 });
      total = total ? add(total, placed) : placed;
    }
  }
  const unpaddedRows = slice(total!, { axis: 2, start: padding, end: padding + x.shape[2] });
  return slice(unpaddedRows, { axis: 3, start: padding, end: padding + x.shape[3] });
}
