import { deriveKey, permutation, type RandomKey } from '../../engine/random.ts';
import { checkSameSpace, type Points } from './points.ts';

export interface KernelDistance {
  readonly mean: number;
  /** Over the subsets, divided by their number. */
  readonly deviation: number;
  readonly subsetSize: number;
}

export interface KernelDistanceOptions {
  readonly key: RandomKey;
  readonly subsets: number;
  /** Points of each set in a subset, at least 2. */
  readonly subsetSize: number;
}

/**
 * The squared maximum mean discrepancy with the kernel (x.y / D + 1)^3, unbiased and thus perhaps negative, on random
 * subsets of both sets (KID: Binkowski et al., arXiv 1801.01401; the arithmetic of toshas/torch-fidelity). The kernel
 * matrices of all points are held, 3 N^2 numbers.
 *
 * @throws RangeError for subsets of fewer than two points, or of more than there are
 */
export function kernelDistance(
  a: Points,
  b: Points,
  { key, subsets, subsetSize }: KernelDistanceOptions,
): KernelDistance {
  checkSameSpace('kernelDistance', a, b);
  if (subsetSize < 2 || subsetSize > Math.min(a.count, b.count) || subsets < 1) {
    throw new RangeError(
      `kernelDistance: no ${subsets} subsets of ${subsetSize} of ${a.count} and ${b.count} points.`,
    );
  }
  const kernels = { aa: kernelMatrix(a, a), bb: kernelMatrix(b, b), ab: kernelMatrix(a, b) };
  const values = Array.from({ length: subsets }, (_, subset) => {
    const draw = (set: string, count: number): Int32Array =>
      permutation(deriveKey(key, set, subset), count).subarray(0, subsetSize);
    const [left, right] = [draw('first', a.count), draw('second', b.count)];
    const within = offDiagonalSum(kernels.aa, left) + offDiagonalSum(kernels.bb, right);
    const between = crossSum(kernels.ab, left, right);
    return within / (subsetSize * (subsetSize - 1)) - (2 * between) / subsetSize ** 2;
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / subsets;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets;
  return { mean, deviation: Math.sqrt(variance), subsetSize };
}

interface KernelMatrix {
  readonly columns: number;
  readonly values: Float64Array;
}

function kernelMatrix(a: Points, b: Points): KernelMatrix {
  const { dimensions } = a;
  const values = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) {
      let product = 0;
      for (let d = 0; d < dimensions; d++) product += a.data[i * dimensions + d] * b.data[j * dimensions + d];
      values[i * b.count + j] = (product / dimensions + 1) ** 3;
    }
  }
  return { columns: b.count, values };
}

function offDiagonalSum({ columns, values }: KernelMatrix, chosen: Int32Array): number {
  let sum = 0;
  for (const row of chosen) {
    for (const column of chosen) if (column !== row) sum += values[row * columns + column];
  }
  return sum;
}

function crossSum({ columns, values }: KernelMatrix, rows: Int32Array, chosen: Int32Array): number {
  let sum = 0;
  for (const row of rows) for (const column of chosen) sum += values[row * columns + column];
  return sum;
}
