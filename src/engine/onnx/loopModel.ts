import type { Precision, StepLoop } from '../devices/device.ts';
import { usedValues, type TracedGraph, type Value } from '../graph.ts';
import { loopSignature, type Signature } from '../stepLoop.ts';
import type { HostTensor } from '../tensor.ts';
import { OnnxEmitter, valueInfo, type ProviderName } from './emitter.ts';
import { emitConstants, emitNodes } from './lowerGraph.ts';
import { emitLoop } from './loopNode.ts';
import { encodeModel, type NodeProto } from './modelProto.ts';

/** A graph that is run several times, as an ONNX model. */
export interface LoweredLoop extends Signature {
  readonly model: Uint8Array;
}

/**
 * Whether the provider runs the body of an ONNX Loop without copying what is carried to the host and back in every
 * step. ONNX Runtime's Loop has kernels for CPU and CUDA only (1.30): the CPU's would run bodies of the others, so that
 * their steps are written out one after the other instead.
 */
const HAS_LOOP: Readonly<Record<ProviderName, boolean>> = {
  cpu: true,
  cuda: true,
  webgpu: false,
  dml: false,
  coreml: false,
};

/** Compiling takes as many times as long as there are steps written out. */
const LONGEST_WRITTEN_OUT = 4;

/** How many steps of a training are best put into one program at most. */
export function longestLoop(provider: ProviderName): number {
  return HAS_LOOP[provider] ? Infinity : LONGEST_WRITTEN_OUT;
}

/**
 * A serialised ONNX model that runs the graph `loop.steps` times. Each step does exactly what the graph's own model
 * does, in the same order. Throws Error where the loop does not fit the graph.
 */
export function lowerLoop(
  graph: TracedGraph,
  provider: ProviderName,
  loop: StepLoop,
  baked: ReadonlyMap<string, HostTensor> = new Map(),
  precision: Precision = 'float32',
): LoweredLoop {
  const signature = loopSignature(graph, loop, baked);
  const emitter = new OnnxEmitter(provider, undefined, precision);
  if (HAS_LOOP[provider]) emitLoop(emitter, graph, loop, baked);
  else emitSteps(emitter, graph, loop, baked);
  const model = encodeModel(
    {
      name: 'program',
      node: emitter.nodes,
      initializer: emitter.initializers,
      input: [...signature.inputs].map(([name, type]) => valueInfo(name, type)),
      output: [...signature.outputs].map(([name, type]) => valueInfo(name, type)),
    },
    emitter.domains,
  );
  return { model, ...signature };
}

/** Writes all steps out, one after the other. */
function emitSteps(
  emitter: OnnxEmitter,
  graph: TracedGraph,
  { steps, carried, perStep }: StepLoop,
  baked: ReadonlyMap<string, HostTensor>,
): void {
  const used = usedValues(graph);
  const constants = emitConstants(emitter, graph, baked);
  const state = new Map<string, string>();
  const told = new Map<string, string[]>();
  for (let step = 0; step < steps; step++) {
    const names = new Map<Value, string>(constants);
    for (const [name, value] of graph.inputs) {
      if (!used.has(value) || names.has(value)) continue;
      const given = perStep.includes(name)
        ? emitter.node('Gather', [name, emitter.int64(step)], { axis: 0 })
        : (state.get(name) ?? name);
      names.set(value, given);
    }
    emitNodes(emitter, graph, names);
    for (const [name, value] of graph.outputs) {
      const input = carried.get(name);
      if (input === undefined) {
        const row = emitter.node('Unsqueeze', [names.get(value)!, emitter.int64s([0])]);
        told.set(name, [...(told.get(name) ?? []), row]);
      }
    }
    for (const [output, input] of carried) state.set(input, names.get(graph.outputs.get(output)!)!);
  }
  for (const [output, input] of carried) emitter.nodes.push(named('Identity', [state.get(input)!], output));
  for (const [output, rows] of told) {
    const axis = { name: 'axis', type: 2, i: 0 };
    emitter.nodes.push({ ...named('Concat', rows, output), attribute: [axis] });
  }
}

function named(opType: string, input: readonly string[], output: string): NodeProto {
  return { opType, input, output: [output], attribute: [], domain: '', name: output };
}
