import type { Precision } from '../devices/device.ts';
import { nodesInOrder, usedValues, type TracedGraph, type Value } from '../graph.ts';
import type { HostTensor } from '../tensor.ts';
import { OnnxEmitter, tensorProto, valueInfo, type ProviderName } from './emitter.ts';
import { precisionOf } from './halfPrecision.ts';
import { LoweredValues } from './loweredValues.ts';
import { encodeModel, type NodeProto } from './modelProto.ts';

/**
 * A serialised ONNX model that computes the graph's outputs.
 *
 * Only what the outputs depend on is emitted. Inputs named in `baked` become initialisers, which lets the runtime
 * fold and re-lay them out; the others that are used keep their names, as the outputs do. Inputs and outputs are of
 * single precision, whatever the program computes in.
 */
export function lowerGraph(
  graph: TracedGraph,
  provider: ProviderName,
  baked: ReadonlyMap<string, HostTensor> = new Map(),
  precision: Precision = 'float32',
): { model: Uint8Array; inputNames: string[] } {
  const emitter = new OnnxEmitter(provider, undefined, precision);
  const used = usedValues(graph);
  const inputs = [...graph.inputs].filter(([name, value]) => used.has(value) && !baked.has(name));
  const names = emitConstants(emitter, graph, baked);
  for (const [name, value] of inputs) names.set(value, name);
  emitNodes(emitter, graph, names);
  const nodes = nameOutputs(
    emitter,
    new Map([...graph.outputs].map(([name, value]) => [name, names.get(value)!])),
  );
  const model = encodeModel(
    {
      name: 'program',
      node: nodes,
      initializer: emitter.initializers,
      input: inputs.map(([name, value]) => valueInfo(name, value)),
      output: [...graph.outputs].map(([name, value]) => valueInfo(name, value)),
    },
    emitter.domains,
  );
  return { model, inputNames: inputs.map(([name]) => name) };
}

/** Adds the constants and baked inputs that the outputs depend on, in single precision; returns their names. */
export function emitConstants(
  emitter: OnnxEmitter,
  graph: TracedGraph,
  baked: ReadonlyMap<string, HostTensor>,
): Map<Value, string> {
  const names = new Map<Value, string>();
  const used = usedValues(graph);
  for (const [name, value] of graph.inputs) {
    const tensor = baked.get(name);
    if (!tensor || !used.has(value)) continue;
    emitter.initializers.push(tensorProto(name, tensor));
    names.set(value, name);
  }
  for (const [value, tensor] of graph.constants) {
    if (!used.has(value)) continue;
    const isScalar = tensor.shape.length === 0 && tensor.dtype === 'float32';
    names.set(value, isScalar ? emitter.float(tensor.data[0]) : emitter.initializer(tensor));
  }
  return names;
}

/**
 * Adds all nodes that the outputs depend on, in the emitter's precision. `names` has those of inputs and constants, and
 * gets those of the graph's outputs; all of them are of single precision.
 */
export function emitNodes(emitter: OnnxEmitter, graph: TracedGraph, names: Map<Value, string>): void {
  const values = new LoweredValues(emitter, names);
  const isHalf = (value: Value): boolean => values.isHalf(value);
  for (const node of nodesInOrder(graph.outputs.values())) {
    const { operands, roundsResult } = precisionOf(node, graph, emitter, isHalf);
    const inputs = node.inputs.map((input) => values.nameIn(operands, input));
    const outputs = emitter.inPrecision(operands, () => node.toOnnx(emitter, inputs));
    node.outputs.forEach((output, index) => values.add(output, outputs[index], operands));
    if (roundsResult) values.round(node.outputs[0]);
  }
  for (const value of graph.outputs.values()) names.set(value, values.nameIn('float32', value));
}

/**
 * The nodes with the graph's outputs under their own names. A node's output is renamed, since the runtime would copy
 * it in an Identity; inputs, initialisers and values that are results already do pass through one.
 */
export function nameOutputs(emitter: OnnxEmitter, outputs: ReadonlyMap<string, string>): NodeProto[] {
  const made = new Set(emitter.nodes.flatMap((node) => node.output));
  const renamed = new Map<string, string>();
  const copies: NodeProto[] = [];
  for (const [name, value] of outputs) {
    if (made.has(value) && !renamed.has(value)) renamed.set(value, name);
    else copies.push({ opType: 'Identity', input: [value], output: [name], attribute: [], domain: '', name });
  }
  const rename = (value: string): string => renamed.get(value) ?? value;
  return [...emitter.nodes, ...copies].map((node) => ({
    ...node,
    input: node.input.map(rename),
    output: node.output.map(rename),
  }));
}
