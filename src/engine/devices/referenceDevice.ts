import { DeviceError } from '../errors.ts';
import { nodesInOrder, type TracedGraph, type Value } from '../graph.ts';
import type { HostTensor } from '../tensor.ts';
import type { CompileOptions, Device, DeviceTensor, Program } from './device.ts';

class ReferenceTensor implements DeviceTensor {
  readonly shape;
  readonly dtype;
  readonly host: HostTensor;

  constructor(host: HostTensor) {
    this.shape = host.shape;
    this.dtype = host.dtype;
    this.host = host;
  }

  read(): Promise<HostTensor> {
    return Promise.resolve(this.host);
  }

  dispose(): void {
    // The garbage collector frees host memory.
  }
}

/** Runs graphs node by node in float64, by each operation's own reference implementation. For tests. */
export class ReferenceDevice implements Device {
  readonly name = 'reference';
  readonly description = 'plain loops in float64';

  upload(tensor: HostTensor): Promise<DeviceTensor> {
    return Promise.resolve(new ReferenceTensor(tensor));
  }

  compile(
    graph: TracedGraph,
    { baked = new Map<string, HostTensor>() }: CompileOptions = {},
  ): Promise<Program> {
    const order = nodesInOrder(graph.outputs.values());
    const inputNames = [...graph.inputs.keys()].filter((name) => !baked.has(name));
    return Promise.resolve({
      inputNames,
      run: (inputs) => {
        const values = new Map<Value, HostTensor>(graph.constants);
        for (const [name, value] of graph.inputs) {
          const given = baked.get(name) ?? inputs[name];
          if (given instanceof ReferenceTensor) values.set(value, given.host);
          else if (given && 'data' in given) values.set(value, given);
        }
        for (const node of order) {
          const operands = node.inputs.map((input) => {
            const operand = values.get(input);
            if (!operand) throw new DeviceError(`${node.operation}: an input of the program was not given.`);
            return operand;
          });
          node.evaluate(operands).forEach((result, index) => values.set(node.outputs[index]!, result));
        }
        const outputs: Record<string, DeviceTensor> = {};
        for (const [name, value] of graph.outputs) outputs[name] = new ReferenceTensor(values.get(value)!);
        return Promise.resolve(outputs);
      },
      dispose: () => Promise.resolve(),
    });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
