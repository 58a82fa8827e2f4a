import type { CompileOptions, Device, DeviceTensor } from '../src/engine/devices/device.ts';
import type { TracedGraph } from '../src/engine/graph.ts';
import { sizeOf, type HostTensor } from '../src/engine/tensor.ts';
import { isBaked, traceGraph, type GraphName } from './graphs.ts';
import { makeInput } from './inputs.ts';
import type { PreparedProgram } from './programs.ts';

const NEXT = 'next:';

/** Steps in one run of a program where the device cannot keep a state between runs. */
const LOOP_STEPS = 8;

/** One graph with its inputs on the device. A run ends when its smallest result has been read. */
export async function prepareGraph(
  name: GraphName,
  device: Device,
  batchSize: number,
): Promise<PreparedProgram> {
  const graph = traceGraph(name, batchSize);
  const baked = new Map<string, HostTensor>();
  for (const [input, value] of graph.inputs)
    if (isBaked(name, input)) baked.set(input, makeInput(input, value));
  const carried = carriedState(graph);
  const isLoop = !device.keepsState && carried.size > 0;
  const options: CompileOptions = isLoop
    ? { baked, loop: { steps: LOOP_STEPS, carried, perStep: [] } }
    : { baked };

  const startedAt = performance.now();
  const program = await device.compile(graph, options);
  const compileMs = performance.now() - startedAt;
  const inputs: Record<string, DeviceTensor> = {};
  for (const input of program.inputNames) {
    inputs[input] = await device.upload(makeInput(input, graph.inputs.get(input)!));
  }
  const smallest = smallestOutput(graph);
  return {
    compileMs,
    run: async () => {
      const start = performance.now();
      const outputs = await program.run(inputs);
      await outputs[smallest].read();
      const elapsed = performance.now() - start;
      for (const output of Object.values(outputs)) output.dispose();
      return isLoop ? elapsed / LOOP_STEPS : elapsed;
    },
    dispose: async () => {
      for (const input of Object.values(inputs)) input.dispose();
      await program.dispose();
    },
  };
}

/** Outputs `next:NAME` that are the next step's input NAME. */
function carriedState(graph: TracedGraph): Map<string, string> {
  const names = [...graph.outputs.keys()].filter((name) => name.startsWith(NEXT));
  return new Map(names.map((name) => [name, name.slice(NEXT.length)] as const));
}

function smallestOutput(graph: TracedGraph): string {
  const outputs = [...graph.outputs].map(([name, { shape }]) => ({ name, size: sizeOf(shape) }));
  return outputs.reduce((least, output) => (output.size < least.size ? output : least)).name;
}
