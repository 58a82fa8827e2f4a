import { nodesInOrder, usedValues, type TracedGraph, type Value } from '../../graph.ts';
import { formatShape, sizeOf } from '../../tensor.ts';

const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

/** The largest tensor of a program in words, e.g. "a result of 'mul' of shape [4096, 4096] (64 MiB)". */
export function largestTensor(graph: TracedGraph): string {
  const values = new Set<Value>(usedValues(graph));
  for (const node of nodesInOrder(graph.outputs.values())) node.outputs.forEach((value) => values.add(value));
  let largest: Value | undefined;
  for (const value of values) if (!largest || bytesOf(value) > bytesOf(largest)) largest = value;
  if (!largest) return 'none';
  const { inputName, node, shape } = largest;
  const name =
    inputName === undefined ? (node ? `a result of '${node.operation}'` : 'a constant') : `'${inputName}'`;
  return `${name} of shape ${formatShape(shape)} (${formatMebibytes(bytesOf(largest))})`;
}

function formatMebibytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

function bytesOf({ shape, dtype }: Value): number {
  return sizeOf(shape) * BYTES[dtype];
}
