import type { TracedGraph } from '../../graph.ts';
import type { ProviderName } from '../../onnx/emitter.ts';
import { lowerGraph } from '../../onnx/lowerGraph.ts';
import { lowerLoop } from '../../onnx/loopModel.ts';
import type { Signature } from '../../stepLoop.ts';
import type { CompileOptions } from '../device.ts';

/** A model for ONNX Runtime and what goes in and comes out of it. */
export interface LoweredProgram extends Signature {
  readonly model: Uint8Array;
}

/** Lowers a graph as its options ask for it. */
export function lowerProgram(
  graph: TracedGraph,
  provider: ProviderName,
  { baked, loop, precision }: CompileOptions,
): LoweredProgram {
  if (loop) return lowerLoop(graph, provider, loop, baked, precision);
  const { model, inputNames } = lowerGraph(graph, provider, baked, precision);
  const inputs = new Map(inputNames.map((name) => [name, graph.inputs.get(name)!]));
  return { model, inputs, outputs: graph.outputs };
}
