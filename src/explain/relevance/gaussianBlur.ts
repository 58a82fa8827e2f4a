import type { ImageShape } from './trials.ts';

/** The kernel ends at this many standard deviations. */
const REACH = 4;

/**
 * Blurs each channel of an image `[C, H, W]` with a Gaussian of `sigma` pixels. Beyond the border the image is
 * mirrored (d c b a | a b c d), so that its edges do not darken.
 */
export function gaussianBlur(
  image: ArrayLike<number>,
  { channels, height, width }: ImageShape,
  sigma: number,
): Float64Array {
  const kernel = gaussianKernel(sigma);
  const area = height * width;
  const blurred = Float64Array.from(image);
  const line = new Float64Array(Math.max(height, width));
  const blurLine = (start: number, step: number, length: number): void => {
    for (let at = 0; at < length; at++) line[at] = blurred[start + at * step];
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) {
        sum += kernel[tap] * line[mirrored(at + tap - (kernel.length - 1) / 2, length)];
      }
      blurred[start + at * step] = sum;
    }
  };
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * area;
    for (let row = 0; row < height; row++) blurLine(start + row * width, 1, width);
    for (let column = 0; column < width; column++) blurLine(start + column, width, height);
  }
  return blurred;
}

function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.floor(REACH * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, tap) =>
    Math.exp(-0.5 * ((tap - reach) / sigma) ** 2),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

function mirrored(position: number, length: number): number {
  const period = 2 * length;
  const inPeriod = ((position % period) + period) % period;
  return inPeriod < length ? inPeriod : period - 1 - inPeriod;
}
