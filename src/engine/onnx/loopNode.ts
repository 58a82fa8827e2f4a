import type { StepLoop } from '../devices/device.ts';
import { usedValues, type TracedGraph } from '../graph.ts';
import type { HostTensor } from '../tensor.ts';
import { ONNX_TYPE, OnnxEmitter, valueInfo } from './emitter.ts';
import { emitConstants, emitNodes, nameOutputs } from './lowerGraph.ts';
import type { GraphProto, ValueInfoProto } from './modelProto.ts';

/** Of names within the body; ONNX does not let them hide those around it. */
const MARK = '%step.';
const ITERATION = '%iteration';
const CONDITION = '%condition';
const GRAPH_ATTRIBUTE = 5;

/**
 * Adds an ONNX Loop over the graph, whose results are the program's. The body is given the number of its iteration,
 * from 0, and what is carried; it takes its rows of what differs from step to step, and what stays the same, from
 * around it. Its constants are its own, since the runtime re-lays out and folds only these.
 */
export function emitLoop(
  emitter: OnnxEmitter,
  graph: TracedGraph,
  loop: StepLoop,
  baked: ReadonlyMap<string, HostTensor>,
): void {
  const body = new OnnxEmitter(emitter.provider, MARK, emitter.programPrecision);
  const told = [...graph.outputs.keys()].filter((name) => !loop.carried.has(name));
  const attribute = [
    { name: 'body', type: GRAPH_ATTRIBUTE, g: bodyGraph(body, graph, loop, { baked, told }) },
  ];
  for (const domain of body.domains) emitter.domains.add(domain);
  emitter.nodes.push({
    opType: 'Loop',
    // No condition: it ends after all steps.
    input: [emitter.int64(loop.steps), '', ...loop.carried.values()],
    output: [...loop.carried.keys(), ...told],
    attribute,
    domain: '',
    name: 'Loop',
  });
}

function bodyGraph(
  body: OnnxEmitter,
  graph: TracedGraph,
  { carried, perStep }: StepLoop,
  { baked, told }: { readonly baked: ReadonlyMap<string, HostTensor>; readonly told: readonly string[] },
): GraphProto {
  const used = usedValues(graph);
  const states = new Set(carried.values());
  const names = emitConstants(body, graph, baked);
  for (const [name, value] of graph.inputs) {
    if (names.has(value)) continue;
    if (states.has(name)) names.set(value, `${MARK}${name}`);
    else if (!perStep.includes(name)) names.set(value, name);
    else if (used.has(value)) names.set(value, body.node('Gather', [name, ITERATION], { axis: 0 }));
  }
  emitNodes(body, graph, names);
  const results = [...carried.keys(), ...told];
  const values = results.map((name) => [inBody(name), graph.outputs.get(name)!] as const);
  const condition = `${CONDITION} after`;
  const outputs = values.map(([name, value]) => [name, names.get(value)!] as const);
  return {
    name: 'step',
    node: nameOutputs(body, new Map([[condition, CONDITION], ...outputs])),
    initializer: body.initializers,
    input: [
      scalarInfo(ITERATION, ONNX_TYPE.int64),
      scalarInfo(CONDITION, ONNX_TYPE.bool),
      ...[...states].map((name) => valueInfo(`${MARK}${name}`, graph.inputs.get(name)!)),
    ],
    output: [scalarInfo(condition, ONNX_TYPE.bool), ...values.map(([name, value]) => valueInfo(name, value))],
  };
}

function inBody(output: string): string {
  return `${MARK}out ${output}`;
}

function scalarInfo(name: string, elemType: number): ValueInfoProto {
  return { name, type: { tensorType: { elemType, shape: { dim: [] } } } };
}
