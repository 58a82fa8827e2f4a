import { floatTensor, type HostTensor } from '../tensor.ts';
import { windowCount } from './convolutionShapes.ts';

/** Outputs of one tile along an axis. Six would save more products, and lose four times as many digits. */
const TILE = 4;

/**
 * Finite points of the algorithm for a number of taps, one more being at infinity. Of those tried, these lose the fewest
 * digits in single precision: an error of 8e-7 of the result's size for three taps, where plain sums have 4e-7.
 */
const POINTS: Readonly<Record<number, readonly number[]>> = {
  2: [0.5, -0.5, 1.5, -1.5],
  3: [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2],
};

type Matrix = readonly (readonly number[])[];

/** A convolution along one axis with few products: y = A^T ((G w) * (B x)), `*` element by element. */
interface ShortConvolution {
  /** `[P, inputs of a tile]` */
  readonly input: Matrix;
  /** `[P, taps]` */
  readonly weight: Matrix;
  /** `[P, TILE]` */
  readonly output: Matrix;
}

export interface AxisSize {
  /** P: products a tile. */
  readonly products: number;
  /** T */
  readonly tiles: number;
}

/** The same for a whole axis of L inputs and L' outputs, cut into T tiles. */
export interface WinogradAxis extends AxisSize {
  /** `[P T, L]` */
  readonly input: HostTensor;
  /** `[P, K]` */
  readonly weight: HostTensor;
  /** `[P T, L']` */
  readonly output: HostTensor;
}

/** Whether there are matrices for kernels of this length: one that saves no products, or loses many digits, has none. */
export function hasWinogradAxis(kernel: number, stride: number): boolean {
  return kernel > stride && Math.ceil(kernel / stride) <= 3;
}

/** Products and tiles along an axis of `outputs`. */
export function axisSize(outputs: number, kernel: number, stride: number): AxisSize {
  // With one tap or more for each of the strides, TILE + taps - 1 products each.
  return { products: stride * (TILE - 1) + kernel, tiles: Math.ceil(outputs / TILE) };
}

/**
 * The matrices of a convolution along an axis. With a stride s, tap k of output i meets input s i + k - padding, so the
 * taps k = r, r + s, ... form a convolution of stride 1 over every s-th input, and the s of them are added up.
 */
export function winogradAxis(length: number, kernel: number, stride: number, padding: number): WinogradAxis {
  const outputs = windowCount(length, kernel, stride, padding);
  const { products, tiles } = axisSize(outputs, kernel, stride);
  const phases = Array.from({ length: stride }, (_, phase) => ({
    phase,
    parts: shortConvolution(Math.ceil((kernel - phase) / stride)),
  }));
  const input = new Float64Array(products * tiles * length);
  const weight = new Float64Array(products * kernel);
  const output = new Float64Array(products * tiles * outputs);
  let product = 0;
  for (const { phase, parts } of phases) {
    for (let row = 0; row < parts.input.length; row++, product++) {
      parts.weight[row].forEach((value, tap) => (weight[product * kernel + phase + tap * stride] = value));
      for (let tile = 0; tile < tiles; tile++) {
        const start = product * tiles + tile;
        parts.input[row].forEach((value, index) => {
          const at = stride * (tile * TILE + index) + phase - padding;
          if (at >= 0 && at < length) input[start * length + at] = value;
        });
        parts.output[row].forEach((value, index) => {
          const at = tile * TILE + index;
          if (at < outputs) output[start * outputs + at] = value;
        });
      }
    }
  }
  return {
    products,
    tiles,
    input: floatTensor([products * tiles, length], input),
    weight: floatTensor([products, kernel], weight),
    output: floatTensor([products * tiles, outputs], output),
  };
}

/** `[P, K]` and `[Q, J]` to `[P Q, K J]`: the product of every two elements. */
export function kronecker(a: HostTensor, b: HostTensor): HostTensor {
  const [[p, k], [q, j]] = [a.shape, b.shape] as [[number, number], [number, number]];
  const product = new Float64Array(p * q * k * j);
  let index = 0;
  for (let row = 0; row < p * q; row++) {
    for (let column = 0; column < k * j; column++) {
      const [left, right] = [Math.floor(row / q) * k + Math.floor(column / j), (row % q) * j + (column % j)];
      product[index++] = a.data[left] * b.data[right];
    }
  }
  return floatTensor([p * q, k * j], product);
}

/**
 * Toom and Cook's algorithm as Winograd uses it (Lavin, Gray, arXiv 1509.09308): a product of polynomials is evaluated
 * at P = TILE + taps - 1 points, the last one at infinity, and interpolated; a correlation is its transpose.
 */
function shortConvolution(taps: number): ShortConvolution {
  if (taps === 1) {
    const identity = range(TILE).map((row) => range(TILE).map((column) => (row === column ? 1 : 0)));
    return { input: identity, weight: range(TILE).map(() => [1]), output: identity };
  }
  const points = POINTS[taps];
  const count = points.length + 1;
  const input = points.map((_, i) =>
    coefficients(
      points.filter((_, j) => j !== i),
      count,
    ),
  );
  const scales = points.map((p, i) => points.reduce((scale, q, j) => (i === j ? scale : scale * (p - q)), 1));
  const atInfinity = (length: number): number[] => range(length).map((i) => (i === length - 1 ? 1 : 0));
  return {
    input: [...input, coefficients(points, count)],
    weight: [...points.map((p, i) => range(taps).map((tap) => p ** tap / scales[i])), atInfinity(taps)],
    output: [...points.map((p) => range(TILE).map((index) => p ** index)), atInfinity(TILE)],
  };
}

/** Coefficients of the product of (x - root), lowest first, filled up with zeros. */
function coefficients(roots: readonly number[], length: number): number[] {
  let product = [1];
  for (const root of roots) {
    product = range(product.length + 1).map((i) => (product[i - 1] ?? 0) - root * (product[i] ?? 0));
  }
  return range(length).map((i) => product[i] ?? 0);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
