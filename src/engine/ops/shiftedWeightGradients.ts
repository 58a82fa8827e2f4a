import type { OnnxEmitter } from '../onnx/emitter.ts';
import { floatTensor, type Shape } from '../tensor.ts';
import { permutationMatrix } from './permutationMatrix.ts';

/** `[N, C, H, W]` to `[C, N, H, W]`. */
export function channelMajor(emitter: OnnxEmitter, name: string): string {
  return emitter.node('Transpose', [name], { perm: [1, 0, 2, 3] });
}

/** Element i of an axis of `[C, N, H, W]` becomes element i + by; what leaves is dropped and what enters is zero. */
function shiftedAlong(emitter: OnnxEmitter, name: string, axis: 2 | 3, by: number): string {
  if (by === 0) return name;
  const pads = new Array<number>(8).fill(0);
  pads[axis] = by;
  pads[axis + 4] = -by;
  return emitter.node('Pad', [name, emitter.int64s(pads), emitter.float(0)]);
}

/**
 * For stride 1 and "same" padding r, with k = 2 r + 1.
 *
 * A kernel position (i, j) pairs dy[y, x] with x[y + i - r, x + j - r]. Its shift splits into rows of x and columns
 * of dy, with zeros shifted in where a neighbour is outside of the image:
 *   dw[o, c, i, j] = sum_q dy[o, q - (0, j - r)] x[c, q + (i - r, 0)],
 * so k shifted copies of each and k products give all k^2 positions, instead of k^2 copies and products.
 */
export function sameWeightGradient(
  emitter: OnnxEmitter,
  x: string,
  dy: string,
  [batch, channels, height, width]: Shape,
  [, outputs]: Shape,
  radius: number,
): string {
  const kernel = 2 * radius + 1;
  const positions = batch * height * width;
  const offsets = Array.from({ length: kernel }, (_, index) => index - radius);
  const images = channelMajor(emitter, x);
  const gradients = channelMajor(emitter, dy);
  if (kernel * kernel * channels <= outputs) {
    // So few images' channels that all their shifts together are smaller than one copy of dy.
    const rows = emitter.node(
      'Concat',
      offsets.map((i) => shiftedAlong(emitter, images, 2, -i)),
      { axis: 0 },
    );
    const all = columnShifts(emitter, rows, [kernel * channels * batch * height, width], offsets, -1);
    const product = emitter.node(
      'Gemm',
      [
        asMatrix(emitter, all, kernel * kernel * channels, positions),
        asMatrix(emitter, gradients, outputs, positions),
      ],
      { transB: 1 },
    );
    const byPosition = emitter.node('Reshape', [
      product,
      emitter.int64s([kernel, kernel, channels, outputs]),
    ]);
    return emitter.node('Transpose', [byPosition], { perm: [3, 2, 1, 0] });
  }
  const columns = columnShifts(emitter, gradients, [outputs * batch * height, width], offsets, 1);
  const stack = asMatrix(emitter, columns, kernel * outputs, positions);
  const products = offsets.map((i) => {
    const rows = asMatrix(emitter, shiftedAlong(emitter, images, 2, -i), channels, positions);
    return emitter.node('Gemm', [stack, rows], { transB: 1 });
  });
  const all = products.length === 1 ? products[0] : emitter.node('Concat', products, { axis: 0 });
  return kernelPositionsLast(emitter, all, [outputs, channels, kernel, kernel]);
}

/**
 * Copies of rows `[R, W]` with column x moved to x + sign * offset, one after another: `[offsets, R, W]`. All at once
 * as products with matrices of ones, which use all threads where Pad uses one.
 */
function columnShifts(
  emitter: OnnxEmitter,
  name: string,
  [rows, width]: readonly [number, number],
  offsets: readonly number[],
  sign: 1 | -1,
): string {
  const matrices = new Float32Array(offsets.length * width * width);
  offsets.forEach((offset, index) => {
    const by = sign * offset;
    for (let column = Math.max(0, -by); column < Math.min(width, width - by); column++) {
      matrices[(index * width + column) * width + column + by] = 1;
    }
  });
  return emitter.node('MatMul', [
    emitter.node('Reshape', [name, emitter.int64s([1, rows, width])]),
    emitter.initializer(floatTensor([offsets.length, width, width], matrices)),
  ]);
}

/**
 * For 3x3 kernels of stride 2 and padding 1: dy[y, x] meets x[2 y + i - 1, 2 x + j - 1], the odd rows (and columns)
 * for i = 0 and 2 and the even ones for i = 1. Split by parity, the images are four planes of dy's size in which a
 * kernel position is a shift by one or none, and the shifts split as in `sameWeightGradient`.
 */
export function halvingWeightGradient(
  emitter: OnnxEmitter,
  x: string,
  dy: string,
  [batch, channels, height, width]: Shape,
  [, outputs, rows, columns]: Shape,
): string {
  const positions = batch * rows * columns;
  const toEven = [0, 0, 0, 0, 0, 0, 2 * rows - height, 2 * columns - width];
  const images = toEven.some((count) => count > 0)
    ? emitter.node('Pad', [x, emitter.int64s(toEven), emitter.float(0)])
    : x;
  const plane = (rowParity: number, columnParity: number): string =>
    channelMajor(
      emitter,
      emitter.node('Slice', [
        images,
        emitter.int64s([rowParity, columnParity]),
        emitter.int64s([2 * rows, 2 * columns]),
        emitter.int64s([2, 3]),
        emitter.int64s([2, 2]),
      ]),
    );
  const gradients = channelMajor(emitter, dy);
  // Column j = 0 is the odd column one to the left, hence dy one to the left; j = 2 is the odd column itself.
  const odd = emitter.node('Concat', [shiftedAlong(emitter, gradients, 3, -1), gradients], { axis: 0 });
  const oddStack = asMatrix(emitter, odd, 2 * outputs, positions);
  const evenStack = asMatrix(emitter, gradients, outputs, positions);
  const [oddPlanes, evenPlanes] = [1, 0].map((columnParity) => {
    const oddRows = plane(1, columnParity);
    return [shiftedAlong(emitter, oddRows, 2, 1), plane(0, columnParity), oddRows];
  }) as [string[], string[]];

  const products = [0, 1, 2].flatMap((i) => {
    const product = (stack: string, planes: readonly string[]): string =>
      emitter.node('Gemm', [stack, asMatrix(emitter, planes[i], channels, positions)], { transB: 1 });
    const outer = emitter.node('Reshape', [
      product(oddStack, oddPlanes),
      emitter.int64s([2, outputs, channels]),
    ]);
    const middle = emitter.node('Reshape', [
      product(evenStack, evenPlanes),
      emitter.int64s([1, outputs, channels]),
    ]);
    const [left, right] = emitter.nodeWithOutputs('Split', [outer], { axis: 0, num_outputs: 2 }, 2);
    return [left, middle, right];
  });
  return kernelPositionsLast(emitter, emitter.node('Concat', products, { axis: 0 }), [
    outputs,
    channels,
    3,
    3,
  ]);
}

function asMatrix(emitter: OnnxEmitter, name: string, rows: number, columns: number): string {
  return emitter.node('Reshape', [name, emitter.int64s([rows, columns])]);
}

/**
 * `[KH KW, O C]`, in whatever axes, to `[O, C, KH, KW]`. The transpose is a product with the identity: it uses all
 * threads, and the runtime does not move it past the optimiser, where there would be several of it.
 */
function kernelPositionsLast(emitter: OnnxEmitter, name: string, shape: readonly number[]): string {
  const [outputs, channels, kernelHeight, kernelWidth] = shape as readonly [number, number, number, number];
  const area = kernelHeight * kernelWidth;
  const matrix = asMatrix(emitter, name, area, outputs * channels);
  const transposed = emitter.node('Gemm', [matrix, permutationMatrix(emitter, area, (i) => i)], {
    transA: 1,
  });
  return emitter.node('Reshape', [transposed, emitter.int64s(shape)]);
}
