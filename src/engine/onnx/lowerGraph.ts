import { nodesInOrder, usedValues, type TracedGraph, type Value } from '../graph.ts';
import type { HostTensor } from '../tensor.ts';
import { OnnxEmitter, tensorProto, valueInfo, type ProviderName } from './emitter.ts';
import { encodeModel, type NodeProto } from './modelProto.ts';

/**
 * A serialised ONNX model that computes the graph's outputs.
 *
 * Only what the outputs depend on is emitted. Inputs named in `baked` become initialisers, which lets the runtime
 * fold and re-lay them out; the others that are used keep their names, as the outputs do.
 */
export function lowerGraph(
  graph: TracedGraph,
  provider: ProviderName,
  baked: ReadonlyMap<string, HostTensor> = new Map(),
): { model: Uint8Array; inputNames: string[] } {
  const emitter = new OnnxEmitter(provider);
  const names = new Map<Value, string>();
  const used = usedValues(graph);

  const inputs = [...graph.inputs].filter(([name, value]) => used.has(value) && !baked.has(name));
  for (const [name, value] of graph.inputs) {
    names.set(value, name);
    const tensor = baked.get(name);
    if (tensor && used.has(value)) emitter.initializers.push(tensorProto(name, tensor));
  }
  for (const [value, tensor] of graph.constants) {
    if (!used.has(value)) continue;
    const isScalar = tensor.shape.length === 0 && tensor.dtype === 'float32';
    names.set(value, isScalar ? emitter.float(tensor.data[0]) : emitter.initializer(tensor));
  }
  for (const node of nodesInOrder(graph.outputs.values())) {
    const outputs = node.toOnnx(
      emitter,
      node.inputs.map((input) => names.get(input)!),
    );
    node.outputs.forEach((output, index) => names.set(output, outputs[index]));
  }
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

/**
 * The nodes with the graph's outputs under their own names. A node's output is renamed, since the runtime would copy
 * it in an Identity; inputs, initialisers and values that are results already do pass through one.
 */
function nameOutputs(emitter: OnnxEmitter, outputs: ReadonlyMap<string, string>): NodeProto[] {
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
