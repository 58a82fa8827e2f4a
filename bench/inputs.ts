import type { TensorType } from '../src/engine/graph.ts';
import { deriveKey, randomKey, uniforms } from '../src/engine/random.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../src/engine/tensor.ts';
import { adam } from '../src/nn/optimizers.ts';

const KEY = randomKey(0);
const SCALARS: Readonly<Record<string, number>> = adam({ weightDecay: 0.05 }).scalars(1, 1e-3);

/**
 * Plausible values for a program's input: the time must not hang on denormal numbers or on a square root of less than
 * zero, nor may a few steps in a row blow up.
 */
export function makeInput(name: string, { shape, dtype }: TensorType): HostTensor {
  if (dtype === 'int32') return intTensor(shape, new Int32Array(sizeOf(shape)).fill(1));
  if (name.startsWith('optimizer.') || name.endsWith('Moment')) return floatTensor(shape, 0);
  if (name.endsWith('running_var') || name === 'correction') return floatTensor(shape, 1);
  const scalar = SCALARS[name.replace(/^scalar\./, '')] as number | undefined;
  if (scalar !== undefined && shape.length === 0) return floatTensor(shape, scalar);
  const draws = uniforms(deriveKey(KEY, name), sizeOf(shape), -0.05, 0.05);
  return floatTensor(shape, Float32Array.from(draws));
}

/** Uniform on [0, 1). */
export function makeImages(batchSize: number, side: number): HostTensor {
  const shape = [batchSize, 1, side, side];
  return floatTensor(shape, Float32Array.from(uniforms(deriveKey(KEY, 'images'), sizeOf(shape))));
}
