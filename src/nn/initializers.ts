import { normals, uniforms, type RandomKey } from '../engine/random.ts';
import { sizeOf, type Shape } from '../engine/tensor.ts';

/** Draws the first values of a tensor. */
export type Initializer = (key: RandomKey, shape: Shape) => Float32Array;

/** Every element the same. */
export function constantInitializer(value: number): Initializer {
  return (_key, shape) => new Float32Array(sizeOf(shape)).fill(value);
}

/** Uniform on [-1 / sqrt(fanIn), 1 / sqrt(fanIn)]: PyTorch's default for weights and biases of conv and linear layers. */
export function fanInUniform(fanIn: number): Initializer {
  return uniformInitializer(1 / Math.sqrt(fanIn));
}

/** Uniform on [-bound, bound]. */
export function uniformInitializer(bound: number): Initializer {
  return (key, shape) => Float32Array.from(uniforms(key, sizeOf(shape), -bound, bound));
}

/** Normal with mean 0. */
export function normalInitializer(deviation: number): Initializer {
  return (key, shape) => Float32Array.from(normals(key, sizeOf(shape)), (value) => deviation * value);
}

/** Normal with variance 2 / fan, which keeps the size of what passes a ReLU (He et al., arXiv 1502.01852). */
export function heNormal(fan: number): Initializer {
  return normalInitializer(Math.sqrt(2 / fan));
}
