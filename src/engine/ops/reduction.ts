import type { Shape } from '../tensor.ts';
import { normalizeAxis } from './broadcasting.ts';

export interface ReductionOptions {
  /** Axes to reduce, negative ones counted from the end; all when absent. */
  readonly axes?: readonly number[];
  /** Keeps reduced axes with length 1. */
  readonly keepDims?: boolean;
}

/** Sorted axes counted from the front. */
export interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export function normalizeReduction(operation: string, shape: Shape, options: ReductionOptions): Reduction {
  const axes =
    options.axes?.map((axis) => normalizeAxis(operation, axis, shape)) ?? shape.map((_, axis) => axis);
  return { axes: [...new Set(axes)].sort((a, b) => a - b), keepDims: options.keepDims ?? false };
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}
