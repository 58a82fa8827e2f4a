import type { GreyImage } from './greyImage.ts';

const LEVELS = 3;

export const WAVELET_NAMES = Array.from({ length: LEVELS }, (_, level) =>
  ['horizontal', 'vertical', 'diagonal'].map((detail) => `wavelet ${level + 1} ${detail}`),
).flat();

/**
 * Root mean squares of the details of an orthonormal Haar transform, level by level; an odd row or column at the end of
 * a level is left out. Images of 8 pixels and more have all three levels.
 */
export function waveletEnergies(image: GreyImage): number[] {
  const energies: number[] = [];
  let approximation = image;
  for (let level = 0; level < LEVELS; level++) {
    const { next, details } = transform(approximation);
    energies.push(...details);
    approximation = next;
  }
  return energies;
}

function transform({ side, values }: GreyImage): { readonly next: GreyImage; readonly details: number[] } {
  const half = Math.floor(side / 2);
  if (half === 0) throw new RangeError('waveletEnergies: the image is smaller than 8 pixels.');
  const approximation = new Float64Array(half * half);
  let [horizontal, vertical, diagonal] = [0, 0, 0];
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const start = 2 * y * side + 2 * x;
      const [a, b, c, d] = [values[start], values[start + 1], values[start + side], values[start + side + 1]];
      approximation[y * half + x] = (a + b + c + d) / 2;
      horizontal += ((a - b + c - d) / 2) ** 2;
      vertical += ((a + b - c - d) / 2) ** 2;
      diagonal += ((a - b - c + d) / 2) ** 2;
    }
  }
  const details = [horizontal, vertical, diagonal].map((squares) => Math.sqrt(squares / (half * half)));
  return { next: { side: half, values: approximation }, details };
}
