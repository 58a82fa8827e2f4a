import type { OnnxEmitter } from '../onnx/emitter.ts';
import { sizeOf, type Shape } from '../tensor.ts';
import type { ConvolutionAttributes } from './convolutionShapes.ts';
import {
  axisSize,
  hasWinogradAxis,
  winogradAxis,
  type AxisSize,
  type WinogradAxis,
} from './winogradMatrices.ts';

/** A convolution from `images` by `kernel` to `results`. */
interface Convolution {
  /** `[N, C, H, W]` */
  readonly images: Shape;
  /** `[KH, KW]` */
  readonly kernel: readonly number[];
  /** `[N, O, H', W']` */
  readonly results: Shape;
}

/** A convolution with the matrices that save products; see winogradLowering.ts. */
export interface WinogradGeometry extends Convolution {
  readonly channels: number;
  readonly outputs: number;
  readonly rows: WinogradAxis;
  readonly columns: WinogradAxis;
  /** Names what is shared between nodes that use the same matrices. */
  readonly key: string;
}

/**
 * How many products must be saved for each one that spreading and gathering takes. Where the runtime has a faster plain
 * convolution to compare with, more: it re-lays weights out that are constant (its NCHWc layout).
 */
const FEWEST_SAVED = { plain: 1, fast: 4 };

/** With fewer rows of a product than this, spreading the weights, or reading them, costs more than the products. */
const FEWEST_ROWS = 32;

/**
 * The matrices for a convolution, or undefined where they do not pay or are not for this provider.
 *
 * @param rival which convolution the runtime has for this one
 */
export function winogradGeometry(
  emitter: OnnxEmitter,
  { images, kernel, results }: Convolution,
  { stride, padding, groups }: ConvolutionAttributes,
  rival: 'plain' | 'fast' = 'plain',
): WinogradGeometry | undefined {
  const hasMatrices = groups === 1 && kernel.every((length) => hasWinogradAxis(length, stride));
  if (!hasMatrices || emitter.provider !== 'cpu' || emitter.precision !== 'float32') return undefined;
  const [batch, channels, height, width] = images as readonly [number, number, number, number];
  const [, outputs, outputHeight, outputWidth] = results as readonly [number, number, number, number];
  const [down, across] = kernel.map((length, axis) => axisSize(results[axis + 2], length, stride)) as [
    AxisSize,
    AxisSize,
  ];
  const saved =
    sizeOf(kernel) * outputHeight * outputWidth - down.products * down.tiles * across.products * across.tiles;
  const moving = channels * spreading(down, across, height, width);
  const gathering = outputs * spreading(down, across, outputHeight, outputWidth);
  const isWorthwhile = channels * outputs * saved >= FEWEST_SAVED[rival] * (moving + gathering);
  if (!isWorthwhile || batch * down.tiles * across.tiles < FEWEST_ROWS) return undefined;
  return {
    images,
    kernel,
    results,
    channels,
    outputs,
    rows: winogradAxis(height, kernel[0], stride, padding),
    columns: winogradAxis(width, kernel[1], stride, padding),
    key: `winograd ${[height, width, ...kernel, stride, padding].join()}`,
  };
}

/** Products that spreading a plane of an image takes, or gathering one. */
function spreading(down: AxisSize, across: AxisSize, height: number, width: number): number {
  const [rows, columns] = [down.products * down.tiles, across.products * across.tiles];
  return columns * width * height + rows * height * columns;
}
