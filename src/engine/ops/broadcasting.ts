import type { TensorType } from '../graph.ts';
import { ShapeError } from '../errors.ts';
import { sizeOf, stridesOf, type HostTensor, type Shape } from '../tensor.ts';

/**
 * The shape that two operands are stretched to by NumPy's rule; throws ShapeError when they do not fit.
 *
 * @param operands what the error shows, where a and b are parts of it
 */
export function broadcastShape(
  operation: string,
  a: Shape,
  b: Shape,
  operands: readonly Shape[] = [a, b],
): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - (rank - a.length)] ?? 1;
    const right = b[axis - (rank - b.length)] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(operation, `axis ${axis} has ${left} and ${right} elements`, operands);
    }
    return left === 1 ? right : left;
  });
}

/** Checks that all operands have one element type. */
export function requireType(
  operation: string,
  inputs: readonly TensorType[],
  dtype: TensorType['dtype'],
): void {
  for (const input of inputs) {
    requireFit(operation, input.dtype === dtype, `expected ${dtype} operands, got ${input.dtype}`, inputs);
  }
}

/** Throws ShapeError with the operands' shapes unless `fits`. */
export function requireFit(
  operation: string,
  fits: boolean,
  problem: string,
  operands: readonly TensorType[],
): void {
  if (!fits) {
    throw new ShapeError(
      operation,
      problem,
      operands.map(({ shape }) => shape),
    );
  }
}

/** An axis counted from the front; throws ShapeError when the tensor has no such axis. */
export function normalizeAxis(operation: string, axis: number, shape: Shape): number {
  const normalized = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(normalized) || normalized < 0 || normalized >= shape.length) {
    throw new ShapeError(operation, `there is no axis ${axis}`, [shape]);
  }
  return normalized;
}

/** For every element of `shape`, the flat position of the operand's element that is stretched to it. */
export function broadcastIndices(from: Shape, shape: Shape): Int32Array {
  const lead = shape.length - from.length;
  const own = stridesOf(from);
  const strides = shape.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : own[axis - lead]));
  return stridedIndices(shape, strides);
}

/** Flat positions `offset + sum_a index_a * strides_a` for every index of `shape`, in row-major order. */
export function stridedIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const positions = new Int32Array(sizeOf(shape));
  const index = new Int32Array(shape.length);
  let position = offset;
  for (let flat = 0; flat < positions.length; flat++) {
    positions[flat] = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis];
      if (++index[axis] < shape[axis]) break;
      position -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return positions;
}

/** A new tensor for a reference result: double precision for floats. */
export function emptyLike(type: TensorType): HostTensor {
  const size = sizeOf(type.shape);
  const data =
    type.dtype === 'float32'
      ? new Float64Array(size)
      : type.dtype === 'int32'
        ? new Int32Array(size)
        : new Uint8Array(size);
  return { dtype: type.dtype, shape: type.shape, data };
}

/** Reference evaluation of an elementwise function with broadcasting. */
export function mapBroadcast(
  inputs: readonly HostTensor[],
  type: TensorType,
  compute: (...values: number[]) => number,
): HostTensor {
  const output = emptyLike(type);
  const positions = inputs.map((input) => broadcastIndices(input.shape, type.shape));
  const values = new Array<number>(inputs.length);
  for (let flat = 0; flat < output.data.length; flat++) {
    for (let i = 0; i < inputs.length; i++) values[i] = inputs[i].data[positions[i][flat]]!;
    output.data[flat] = compute(...values);
  }
  return output;
}
