import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { normals, randomKey } from '../engine/random.ts';

export interface Eigenpair {
  readonly value: number;
  /** `[n]`, of length 1. */
  readonly vector: Float64Array;
}

/** Above this the iteration has met two almost equal eigenvalues, and a decomposition is faster. */
const MAX_ITERATIONS = 200;

/** ||G u - lambda u|| / lambda at which the iteration ends; rounding alone leaves about n 1e-16. */
const TOLERANCE = 1e-12;

/**
 * The largest eigenvalue of a symmetric positive semi-definite matrix `[n, n]`, row-major, and its vector: by power
 * iteration, which takes a hundredth of the time of a decomposition at n = 256, and by that where two eigenvalues are
 * too close. The vector's sign, which is open, is that of its inner product with the iteration's start: fixed, as good
 * as random, and the same whichever way the vector was found.
 */
export function firstEigenvector(matrix: Float64Array, n: number): Eigenpair {
  const start = unit(normals(randomKey(0), n));
  if (matrix.every((value) => value === 0)) return { value: 0, vector: start };
  const { value, vector } = iterate(matrix, start) ?? decompose(matrix, n);
  return { value, vector: dot(vector, start) < 0 ? vector.map((component) => -component) : vector };
}

function iterate(matrix: Float64Array, start: Float64Array): Eigenpair | undefined {
  let vector = start;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const image = multiply(matrix, vector);
    const value = dot(vector, image);
    let error = 0;
    for (let i = 0; i < image.length; i++) error += (image[i] - value * vector[i]) ** 2;
    if (Math.sqrt(error) <= TOLERANCE * value) return { value, vector };
    vector = unit(image);
  }
  return undefined;
}

function decompose(matrix: Float64Array, n: number): Eigenpair {
  const square = Matrix.from1DArray(n, n, matrix);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(square, {
    assumeSymmetric: true,
  });
  // In rising order, as EISPACK's tql2 leaves them.
  const last = n - 1;
  return { value: realEigenvalues[last], vector: Float64Array.from(eigenvectorMatrix.getColumn(last)) };
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let j = 0; j < n; j++) total += matrix[i * n + j] * vector[j];
    product[i] = total;
  }
  return product;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((component) => component / length);
}
