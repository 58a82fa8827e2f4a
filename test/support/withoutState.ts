import type { CompileOptions, Device, Program } from '../../src/engine/devices/device.ts';
import type { TracedGraph } from '../../src/engine/graph.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';

/** A device as it would be if its results did not stay on it, and the numbers of steps of the loops that it compiled. */
export function withoutState(
  device: Device,
  longestLoop = Infinity,
): { readonly device: Device; readonly loops: number[] } {
  const loops: number[] = [];
  return {
    loops,
    device: {
      name: device.name,
      description: device.description,
      keepsState: false,
      longestLoop,
      upload: (tensor: HostTensor) => device.upload(tensor),
      compile: (graph: TracedGraph, options: CompileOptions = {}): Promise<Program> => {
        if (options.loop) loops.push(options.loop.steps);
        return device.compile(graph, options);
      },
      dispose: () => device.dispose(),
    },
  };
}
