import type { GreyImage } from './greyImage.ts';

const BINS = 8;

export const GRADIENT_NAMES = [
  'gradient mean',
  'gradient deviation',
  ...Array.from({ length: BINS }, (_, bin) => `gradient orientation ${(180 / BINS) * bin}`),
];

/**
 * Mean and population deviation of the gradient's magnitude (central differences, one-sided at the edges), and the
 * shares of the magnitude by orientation in [0, 180) degrees in 8 bins; all 0 where there is no gradient.
 */
export function gradientHistogram({ side, values }: GreyImage): number[] {
  const at = (y: number, x: number): number => values[y * side + x];
  const shares = new Float64Array(BINS);
  let [total, squares] = [0, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [above, below] = [Math.max(0, y - 1), Math.min(side - 1, y + 1)];
      const [left, right] = [Math.max(0, x - 1), Math.min(side - 1, x + 1)];
      const dy = (at(below, x) - at(above, x)) / (below - above);
      const dx = (at(y, right) - at(y, left)) / (right - left);
      const magnitude = Math.sqrt(dx * dx + dy * dy);
      total += magnitude;
      squares += magnitude ** 2;
      shares[orientationBin(dy, dx)] += magnitude;
    }
  }
  const mean = total / values.length;
  const deviation = Math.sqrt(Math.max(0, squares / values.length - mean ** 2));
  return [mean, deviation, ...shares.map((share) => (total > 0 ? share / total : 0))];
}

/** Opposite gradients have one orientation. */
function orientationBin(dy: number, dx: number): number {
  const angle = Math.atan2(dy, dx);
  const halfTurns = (angle < 0 ? angle + Math.PI : angle) / Math.PI;
  return Math.floor(halfTurns * BINS) % BINS;
}
