import { toFloat16 } from '../../src/engine/onnx/float16.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import type { Value } from '../../src/engine/graph.ts';
import { matmul } from '../../src/engine/ops/matmul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sizeOf } from '../../src/engine/tensor.ts';

/** The numbers that bits of half precision (IEEE 754 binary16) stand for. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** A tensor whose floats are rounded to half precision. */
export function roundedToHalf(tensor: HostTensor): HostTensor {
  if (tensor.dtype !== 'float32') return tensor;
  return floatTensor(tensor.shape, fromFloat16(toFloat16(Float32Array.from(tensor.data))));
}

/** x, held in half precision where the program is of half precision: the result of a product with 1. */
export function heldInHalf(x: Value): Value {
  if (x.dtype !== 'float32') return x;
  const column = reshape(x, [sizeOf(x.shape), 1]);
  return reshape(matmul(column, x.graph.constant(floatTensor([1, 1], [1]))), x.shape);
}
