import { binOf, type GreyImage } from './greyImage.ts';

const LEVELS = 32;
/** Steps [dy, dx] to the neighbour at 0, 45, 90 and 135 degrees. */
const DIRECTIONS = [
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
] as const;

export const CO_OCCURRENCE_NAMES = ['0', '45', '90', '135'].flatMap((angle) =>
  ['contrast', 'homogeneity', 'energy', 'correlation'].map((name) => `co-occurrence ${angle} ${name}`),
);

/**
 * Haralick's measures of symmetric, normalised co-occurrence matrices P of 32 grey levels at distance 1, with
 * scikit-image's definitions: contrast sum P (i - j)^2, homogeneity sum P / (1 + (i - j)^2), energy sqrt(sum P^2), and
 * correlation, 1 where all levels are equal.
 */
export function coOccurrence({ side, values }: GreyImage): number[] {
  const levels = Int32Array.from(values, (value) => binOf(value, LEVELS));
  return DIRECTIONS.flatMap((step) => measures(matrixOf(levels, side, step)));
}

/** P, `[32, 32]`. */
function matrixOf(levels: Int32Array, side: number, [dy, dx]: readonly [number, number]): Float64Array {
  const counts = new Float64Array(LEVELS * LEVELS);
  let pairs = 0;
  for (let y = Math.max(0, -dy); y < side; y++) {
    for (let x = Math.max(0, -dx); x < side - Math.max(0, dx); x++) {
      const [here, there] = [levels[y * side + x], levels[(y + dy) * side + x + dx]];
      counts[here * LEVELS + there]++;
      counts[there * LEVELS + here]++;
      pairs += 2;
    }
  }
  return counts.map((count) => count / pairs);
}

function measures(matrix: Float64Array): number[] {
  let [contrast, homogeneity, squares, mean, product, power] = [0, 0, 0, 0, 0, 0];
  matrix.forEach((share, position) => {
    const [i, j] = [Math.floor(position / LEVELS), position % LEVELS];
    contrast += share * (i - j) ** 2;
    homogeneity += share / (1 + (i - j) ** 2);
    squares += share ** 2;
    mean += share * i;
    product += share * i * j;
    power += share * i * i;
  });
  // Symmetric: rows and columns have one mean and one variance.
  const variance = power - mean ** 2;
  const correlation = variance < 1e-12 ? 1 : (product - mean ** 2) / variance;
  return [contrast, homogeneity, Math.sqrt(squares), correlation];
}
