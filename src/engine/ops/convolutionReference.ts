import type { Shape } from '../tensor.ts';
import type { ConvolutionAttributes } from './convolutionShapes.ts';

/**
 * Visits every product of a convolution: flat positions in images `x`, weights `w` and output `y`. The convolution,
 * its transpose and its weight gradient are the same products, summed into y, x and w.
 */
export function forEachProduct(
  x: Shape,
  w: Shape,
  y: Shape,
  { stride, padding, groups }: ConvolutionAttributes,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, channels, height, width] = x as readonly [number, number, number, number];
  const [, perGroup, kernelHeight, kernelWidth] = w as readonly [number, number, number, number];
  const [, outputs, outputHeight, outputWidth] = y as readonly [number, number, number, number];
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const firstChannel = Math.floor((o * groups) / outputs) * perGroup;
      for (let row = 0; row < outputHeight; row++) {
        for (let column = 0; column < outputWidth; column++) {
          const yPosition = ((n * outputs + o) * outputHeight + row) * outputWidth + column;
          for (let c = 0; c < perGroup; c++) {
            for (let i = 0; i < kernelHeight; i++) {
              const xRow = row * stride + i - padding;
              if (xRow < 0 || xRow >= height) continue;
              for (let j = 0; j < kernelWidth; j++) {
                const xColumn = column * stride + j - padding;
                if (xColumn < 0 || xColumn >= width) continue;
                const xPosition = ((n * channels + firstChannel + c) * height + xRow) * width + xColumn;
                visit(xPosition, ((o * perGroup + c) * kernelHeight + i) * kernelWidth + j, yPosition);
              }
            }
          }
        }
      }
    }
  }
}
