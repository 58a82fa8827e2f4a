import type { OnnxEmitter } from '../onnx/emitter.ts';
import { sizeOf, type HostTensor, type Shape } from '../tensor.ts';
import type { WinogradGeometry } from './winogradGeometry.ts';
import { kronecker } from './winogradMatrices.ts';

// Convolutions with few products, as matrices do them fastest on the processor.
//
// An image axis of L is spread into P products for each of T tiles by a matrix B, and results are gathered by another
// one, A; weights by G (winogradMatrices.ts). Along both axes, y = A^T ((G w) * (B x)) where `*` sums over channels, so
// there is one product of matrices for each of the P_h P_w pairs:
//   spread images   X [P_h, T_h, P_w, T_w N, C]
//   spread weights  U [P_h, 1,   P_w, O,     C]
//   products        Y [P_h, T_h, P_w, T_w N, O]      = X U^T
// 3x3 kernels take 36 products instead of 144 for 4 x 4 outputs, and the input and weight gradients are the transposes of
// these steps, with as few. They share U, X and what the output gradient is spread to.
//
// Each step along an axis is one Gemm whose second operand is transposed, which moves the image's last axis to the
// front: two of them give the order above, and no copy is needed anywhere.

/**
 * Spread images above this many bytes are not kept from the convolution to its weight gradient, but made again: for the
 * large ones that costs little beside the products, and saves what they would hold through the whole backward pass.
 */
const LARGEST_KEPT = 2 ** 24;

/** Images `[N, C, H, W]` and weights `[O, C, KH, KW]` to `[N, O, H', W']`. */
export function winogradConvolution(
  emitter: OnnxEmitter,
  x: string,
  weight: string,
  geometry: WinogradGeometry,
): string {
  const [spreadX, spreadWeight] = [
    spreadImages(emitter, x, geometry),
    spreadWeights(emitter, weight, geometry),
  ];
  const products = product(emitter, spreadX, spreadWeight, { transB: 1 });
  return gathered(emitter, products, geometry, 'output', geometry.results);
}

/** Output gradients `[N, O, H', W']` and weights to d loss / d images `[N, C, H, W]`. */
export function winogradInputGradient(
  emitter: OnnxEmitter,
  dy: string,
  weight: string,
  geometry: WinogradGeometry,
): string {
  const spreadDy = spreadGradients(emitter, dy, geometry);
  const products = product(emitter, spreadDy, spreadWeights(emitter, weight, geometry));
  return gathered(emitter, products, geometry, 'input', geometry.images);
}

/** Images and output gradients to d loss / d weights `[O, C, KH, KW]`. */
export function winogradWeightGradient(
  emitter: OnnxEmitter,
  x: string,
  dy: string,
  geometry: WinogradGeometry,
): string {
  const { rows, columns, channels, outputs, kernel } = geometry;
  const spreadDy = spreadGradients(emitter, dy, geometry);
  const products = product(emitter, spreadDy, imagesOfGradient(emitter, x, geometry), { transA: 1 });
  // [P_h, T_h, P_w, O, C], of which the tiles of all rows are added up.
  const total =
    rows.tiles === 1 ? products : emitter.node('ReduceSum', [products, emitter.int64s([1])], { keepdims: 0 });
  const flat = reshaped(emitter, total, [rows.products * columns.products, outputs * channels]);
  const gradient = emitter.node('Gemm', [flat, weightMatrix(emitter, geometry)], { transA: 1 });
  return reshaped(emitter, gradient, [outputs, channels, ...kernel]);
}

function spreadImages(emitter: OnnxEmitter, x: string, geometry: WinogradGeometry): string {
  return spread(emitter, x, geometry, 'input', geometry.images);
}

/** Spread images for a weight gradient; where they are made again, a constant of their own keeps them apart. */
function imagesOfGradient(emitter: OnnxEmitter, x: string, geometry: WinogradGeometry): string {
  const { rows, columns, images, channels, key } = geometry;
  const size = images[0] * channels * rows.products * rows.tiles * columns.products * columns.tiles;
  const isKept = Float32Array.BYTES_PER_ELEMENT * size <= LARGEST_KEPT;
  return spreadImages(emitter, x, isKept ? geometry : { ...geometry, key: `${key} again` });
}

function spreadGradients(emitter: OnnxEmitter, dy: string, geometry: WinogradGeometry): string {
  return spread(emitter, dy, geometry, 'output', geometry.results);
}

/** `[N, M, H, W]` to `[P_h, T_h, P_w, T_w N, M]`. */
function spread(
  emitter: OnnxEmitter,
  name: string,
  geometry: WinogradGeometry,
  side: 'input' | 'output',
  [batch, channels, height, width]: Shape,
): string {
  const { rows, columns, key } = geometry;
  return emitter.once(`${key} ${side} of ${name}`, () => {
    const flat = reshaped(emitter, name, [batch * channels * height, width]);
    const byColumn = emitter.node('Gemm', [axisMatrix(emitter, geometry, 'columns', side), flat], {
      transB: 1,
    });
    const turned = reshaped(emitter, byColumn, [columns.products * columns.tiles * batch * channels, height]);
    const byRow = emitter.node('Gemm', [axisMatrix(emitter, geometry, 'rows', side), turned], { transB: 1 });
    return reshaped(emitter, byRow, [
      rows.products,
      rows.tiles,
      columns.products,
      columns.tiles * batch,
      channels,
    ]);
  });
}

/** The transpose of `spread`. */
function gathered(
  emitter: OnnxEmitter,
  name: string,
  geometry: WinogradGeometry,
  side: 'input' | 'output',
  shape: Shape,
): string {
  const [batch, channels, height] = shape as readonly [number, number, number, number];
  const { rows, columns } = geometry;
  const across = columns.products * columns.tiles;
  const flat = reshaped(emitter, name, [rows.products * rows.tiles, across * batch * channels]);
  const byRow = emitter.node('Gemm', [flat, axisMatrix(emitter, geometry, 'rows', side)], { transA: 1 });
  const turned = reshaped(emitter, byRow, [across, batch * channels * height]);
  const byColumn = emitter.node('Gemm', [turned, axisMatrix(emitter, geometry, 'columns', side)], {
    transA: 1,
  });
  return reshaped(emitter, byColumn, shape);
}

/** `[O, C, KH, KW]` to `[P_h, 1, P_w, O, C]`. */
function spreadWeights(emitter: OnnxEmitter, weight: string, geometry: WinogradGeometry): string {
  const { rows, columns, channels, outputs, kernel, key } = geometry;
  return emitter.once(`${key} weights of ${weight}`, () => {
    const flat = reshaped(emitter, weight, [outputs * channels, sizeOf(kernel)]);
    const products = emitter.node('Gemm', [weightMatrix(emitter, geometry), flat], { transB: 1 });
    return reshaped(emitter, products, [rows.products, 1, columns.products, outputs, channels]);
  });
}

function product(
  emitter: OnnxEmitter,
  a: string,
  b: string,
  transposed: { readonly transA?: 1; readonly transB?: 1 } = {},
): string {
  return emitter.nodeWithOutputs('FusedMatMul', [a, b], transposed, 1, 'com.microsoft')[0];
}

function axisMatrix(
  emitter: OnnxEmitter,
  geometry: WinogradGeometry,
  axis: 'rows' | 'columns',
  side: 'input' | 'output',
): string {
  return constant(emitter, `${geometry.key} ${axis} ${side}`, () => geometry[axis][side]);
}

function weightMatrix(emitter: OnnxEmitter, { key, rows, columns }: WinogradGeometry): string {
  return constant(emitter, `${key} kernel`, () => kronecker(rows.weight, columns.weight));
}

function constant(emitter: OnnxEmitter, key: string, make: () => HostTensor): string {
  return emitter.once(key, () => emitter.initializer(make()));
}

function reshaped(emitter: OnnxEmitter, name: string, shape: Shape): string {
  return emitter.node('Reshape', [name, emitter.int64s(shape)]);
}
