import type { ImageShape } from './trials.ts';

/** Offsets of the eight neighbours with their weights: 1/6 beside and 1/12 across. */
const NEIGHBOURS = [-1, 0, 1].flatMap((dy) =>
  [-1, 0, 1]
    .filter((dx) => dx !== 0 || dy !== 0)
    .map((dx) => ({ dx, dy, weight: dx === 0 || dy === 0 ? 1 / 6 : 1 / 12 })),
);

/** Norm of the residual, relative to the right-hand side, at which the solution is good enough. */
const TOLERANCE = 1e-10;

/**
 * Fills in the pixels that are not kept, so that each becomes the weighted mean of its neighbours inside the image
 * (Rong, Leemann, Borisov, Kasneci, Kasneci: A Consistent and Efficient Evaluation Strategy for Attribution Methods,
 * ICML 2022, arXiv 2202.00449, noisy linear imputation without its noise): for each such pixel i
 *
 *   (sum_j w_ij) x_i - sum_{j not kept} w_ij x_j = sum_{j kept} w_ij x_j.
 *
 * The system is symmetric, and positive definite as soon as one pixel is kept, and is solved by conjugate gradients.
 *
 * @param image [C, H, W]
 * @param isKept [H, W] 0 or 1
 * @throws RangeError when no pixel is kept
 */
export function imputeLinearly(
  image: ArrayLike<number>,
  isKept: Uint8Array,
  shape: ImageShape,
): Float64Array {
  if (!isKept.includes(1)) throw new RangeError('imputeLinearly: at least one pixel must be kept.');
  const filled = Float64Array.from(image);
  const system = new GridSystem(isKept, shape);
  if (system.size === 0) return filled;
  for (let channel = 0; channel < shape.channels; channel++) {
    const plane = filled.subarray(channel * isKept.length, (channel + 1) * isKept.length);
    const solution = conjugateGradients(system, system.rightHandSide(plane));
    system.removed.forEach((position, unknown) => (plane[position] = solution[unknown]));
  }
  return filled;
}

/** The matrix of the system, by its neighbour relations. */
class GridSystem {
  /** Positions of the pixels that are not kept; their order is that of the unknowns. */
  readonly removed: Int32Array;
  readonly size: number;
  private readonly isKept: Uint8Array;
  private readonly shape: ImageShape;
  private readonly diagonal: Float64Array;
  /** [8, size] unknown that lies there, or -1. */
  private readonly neighbours: Int32Array;

  constructor(isKept: Uint8Array, shape: ImageShape) {
    this.isKept = isKept;
    this.shape = shape;
    this.removed = Int32Array.from(isKept.keys()).filter((position) => isKept[position] === 0);
    this.size = this.removed.length;
    this.diagonal = new Float64Array(this.size);
    this.neighbours = new Int32Array(NEIGHBOURS.length * this.size).fill(-1);
    const unknownAt = new Int32Array(isKept.length).fill(-1);
    this.removed.forEach((position, unknown) => (unknownAt[position] = unknown));
    this.forEachPair((unknown, position, direction) => {
      this.diagonal[unknown] += NEIGHBOURS[direction].weight;
      this.neighbours[direction * this.size + unknown] = unknownAt[position];
    });
  }

  rightHandSide(plane: Float64Array): Float64Array {
    const values = new Float64Array(this.size);
    this.forEachPair((unknown, position, direction) => {
      if (this.isKept[position] === 1) values[unknown] += NEIGHBOURS[direction].weight * plane[position];
    });
    return values;
  }

  multiply(values: Float64Array): Float64Array {
    const product = this.diagonal.map((weight, unknown) => weight * values[unknown]);
    for (const [direction, { weight }] of NEIGHBOURS.entries()) {
      const start = direction * this.size;
      for (let unknown = 0; unknown < this.size; unknown++) {
        const neighbour = this.neighbours[start + unknown];
        if (neighbour >= 0) product[unknown] -= weight * values[neighbour];
      }
    }
    return product;
  }

  /** Each unknown with each neighbour inside the image. */
  private forEachPair(visit: (unknown: number, position: number, direction: number) => void): void {
    const { height, width } = this.shape;
    for (let unknown = 0; unknown < this.size; unknown++) {
      const row = Math.floor(this.removed[unknown] / width);
      const column = this.removed[unknown] % width;
      for (const [direction, { dx, dy }] of NEIGHBOURS.entries()) {
        const [y, x] = [row + dy, column + dx];
        if (y >= 0 && y < height && x >= 0 && x < width) visit(unknown, y * width + x, direction);
      }
    }
  }
}

/** Hestenes, Stiefel: Methods of Conjugate Gradients for Solving Linear Systems, 1952. */
function conjugateGradients(system: GridSystem, rightHandSide: Float64Array): Float64Array {
  const solution = new Float64Array(system.size);
  const residual = rightHandSide.slice();
  const direction = rightHandSide.slice();
  let squares = dot(residual, residual);
  const enough = TOLERANCE ** 2 * squares;
  // Without rounding as many steps as unknowns are enough.
  for (let step = 0; squares > enough && step < 2 * system.size + 100; step++) {
    const product = system.multiply(direction);
    const length = squares / dot(direction, product);
    addScaled(solution, direction, length);
    addScaled(residual, product, -length);
    const next = dot(residual, residual);
    const keep = next / squares;
    for (let at = 0; at < direction.length; at++) direction[at] = residual[at] + keep * direction[at];
    squares = next;
  }
  return solution;
}

function addScaled(values: Float64Array, change: Float64Array, scale: number): void {
  for (let at = 0; at < values.length; at++) values[at] += scale * change[at];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
