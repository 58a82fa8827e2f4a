import { ShapeError } from '../errors.ts';
import type { Shape } from '../tensor.ts';

/** Stride and padding are equal for both axes; dilation is 1. */
export interface ConvolutionOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
}

export type ConvolutionAttributes = Required<ConvolutionOptions>;

/** Length of an axis after sliding a window over it: floor((length + 2 padding - kernel) / stride) + 1. */
export function windowCount(length: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

/** Output shape of a convolution of `[N, C, H, W]` with `[O, C / groups, KH, KW]`: `[N, O, H', W']`. */
export function convolutionShape(
  name: string,
  x: Shape,
  weight: Shape,
  attributes: ConvolutionAttributes,
): number[] {
  const { stride, padding, groups } = attributes;
  if (x.length !== 4 || weight.length !== 4) {
    throw new ShapeError(name, 'expected images [N, C, H, W] and weights [O, C / groups, KH, KW]', [
      x,
      weight,
    ]);
  }
  checkOptions(name, attributes, [x, weight]);
  if (x[1] !== weight[1] * groups || weight[0] % groups !== 0) {
    throw new ShapeError(name, `${x[1]} channels do not fit weights in ${groups} groups`, [x, weight]);
  }
  const height = windowCount(x[2], weight[2], stride, padding);
  const width = windowCount(x[3], weight[3], stride, padding);
  if (height < 1 || width < 1)
    throw new ShapeError(name, 'the kernel is larger than the padded image', [x, weight]);
  return [x[0], weight[0], height, width];
}

export interface TransposedConvolutionAttributes extends ConvolutionAttributes {
  /** Rows and columns that the convolution's floor left out: `[rows, columns]`, each less than the stride. */
  readonly outputPadding: readonly [number, number];
}

/** Output shape of the transpose of a convolution: `[N, O, H', W']` with `[O, C / groups, KH, KW]`: `[N, C, H, W]`. */
export function transposedShape(
  name: string,
  y: Shape,
  weight: Shape,
  attributes: TransposedConvolutionAttributes,
): number[] {
  const { stride, padding, groups, outputPadding } = attributes;
  if (y.length !== 4 || weight.length !== 4 || y[1] !== weight[0] || weight[0] % groups !== 0) {
    throw new ShapeError(name, `expected images [N, O, H, W] and weights [O, C / ${groups}, KH, KW]`, [
      y,
      weight,
    ]);
  }
  checkOptions(name, attributes, [y, weight]);
  const length = (axis: 2 | 3): number =>
    (y[axis] - 1) * stride - 2 * padding + weight[axis] + outputPadding[axis - 2];
  if (outputPadding.some((extra) => extra < 0 || extra >= stride) || length(2) < 1 || length(3) < 1) {
    throw new ShapeError(
      name,
      `padding ${padding} and output padding ${outputPadding.join(', ')} do not fit`,
      [y, weight],
    );
  }
  return [y[0], weight[1] * groups, length(2), length(3)];
}

function checkOptions(
  name: string,
  { stride, padding, groups }: ConvolutionAttributes,
  shapes: Shape[],
): void {
  const valid = Number.isInteger(stride) && stride >= 1 && Number.isInteger(padding) && padding >= 0;
  if (!valid || !Number.isInteger(groups) || groups < 1) {
    throw new ShapeError(
      name,
      `stride ${stride}, padding ${padding}, groups ${groups} are not possible`,
      shapes,
    );
  }
}
