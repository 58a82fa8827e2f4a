import type { Graph, Value } from '../../src/engine/graph.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { toFloat64, type Precision } from './fixtures.ts';

/** A tensor as a device of that precision takes it. */
export function inPrecision(precision: Precision, tensor: HostTensor): HostTensor {
  return precision === 'float64' ? toFloat64(tensor) : tensor;
}

/** All tensors of a group in a precision. */
export function allInPrecision(
  precision: Precision,
  tensors: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, inPrecision(precision, tensor)]));
}

/** Declares an input of the tensor's own shape and type. */
export function inputLike(graph: Graph, name: string, { shape, dtype }: HostTensor): Value {
  return graph.input(name, shape, dtype);
}
