import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkSameSpace, type Points } from './points.ts';

/** Points as a Gaussian. */
interface Moments {
  /** `[D]` */
  readonly mean: Float64Array;
  /** `[N, D]`: points without their mean, divided by sqrt(N - 1), so that the covariance is its transpose times it. */
  readonly deviations: Matrix;
  /** Trace of the unbiased covariance. */
  readonly variance: number;
}

/**
 * The Frechet distance of the Gaussians through two sets of points (Heusel et al., arXiv 1706.08500):
 *
 *     ||m1 - m2||^2 + Tr(C1) + Tr(C2) - 2 Tr sqrt(C1^(1/2) C2 C1^(1/2))
 *
 * with unbiased covariances, and no epsilon on their diagonals. Biased upwards for few points, and with N <= D the
 * covariances are singular: then only distances of sets of one size can be compared.
 *
 * @returns undefined for fewer than two points in a set
 */
export function frechetDistance(a: Points, b: Points): number | undefined {
  checkSameSpace('frechetDistance', a, b);
  if (a.count < 2 || b.count < 2) return undefined;
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const shift = first.mean.reduce((sum, value, d) => sum + (value - second.mean[d]) ** 2, 0);
  const spread = first.variance + second.variance - 2 * traceOfRoot(first, second);
  // Equal sets come out at about -1e-16.
  return Math.max(0, shift + spread);
}

function momentsOf({ count, dimensions, data }: Points): Moments {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < data.length; i++) mean[i % dimensions] += data[i] / count;
  const scale = 1 / Math.sqrt(count - 1);
  const deviations = Float64Array.from(data, (value, i) => scale * (value - mean[i % dimensions]));
  const variance = deviations.reduce((sum, value) => sum + value * value, 0);
  return { mean, deviations: Matrix.from1DArray(count, dimensions, deviations), variance };
}

/** Tr sqrt(C1^(1/2) C2 C1^(1/2)). */
function traceOfRoot(a: Moments, b: Moments): number {
  const { rows, columns } = a.deviations;
  const product = rows < columns ? dualProduct(a, b) : symmetricProduct(a, b);
  return positiveEigenvalues(product).reduce((sum, value) => sum + Math.sqrt(value), 0);
}

/** C1^(1/2) C2 C1^(1/2), `[D, D]`. */
function symmetricProduct(a: Moments, b: Moments): Matrix {
  const covariance = covarianceOf(a);
  const { values, vectors } = decompose(covariance);
  const scaled = vectors.clone();
  const roots = positive(values).map((value) => Math.sqrt(value));
  for (let column = 0; column < roots.length; column++) scaled.mulColumn(column, roots[column]);
  const root = scaled.mmul(vectors.transpose());
  return root.mmul(covarianceOf(b)).mmul(root);
}

/** `[N, N]` with the same positive eigenvalues: with C1 = X^T X and C2 = Y^T Y, those of (X Y^T) (X Y^T)^T. */
function dualProduct(a: Moments, b: Moments): Matrix {
  const cross = a.deviations.mmul(b.deviations.transpose());
  return cross.mmul(cross.transpose());
}

function covarianceOf({ deviations }: Moments): Matrix {
  return deviations.transpose().mmul(deviations);
}

function positiveEigenvalues(matrix: Matrix): number[] {
  return positive(decompose(symmetrised(matrix)).values);
}

/** Values with those at 0 that are none but rounding: below D units in the last place of the largest. */
function positive(values: readonly number[]): number[] {
  const limit = values.length * Number.EPSILON * Math.max(0, ...values);
  return values.map((value) => (value > limit ? value : 0));
}

function symmetrised(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

function decompose(matrix: Matrix): { readonly values: number[]; readonly vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return { values: realEigenvalues, vectors: eigenvectorMatrix };
}
