import { DeviceError, misshapenInput, missingInput } from '../errors.ts';
import { nodesInOrder, usedValues, type Node, type TracedGraph, type Value } from '../graph.ts';
import { loopSignature } from '../stepLoop.ts';
import { sameShape, type HostTensor, type Shape } from '../tensor.ts';
import type { CompileOptions, Device, DeviceTensor, Program } from './device.ts';
import { stepByStep } from './stepByStep.ts';

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
  readonly keepsState = true;

  upload(tensor: HostTensor): Promise<DeviceTensor> {
    return Promise.resolve(new ReferenceTensor(tensor));
  }

  async compile(
    graph: TracedGraph,
    { baked = new Map<string, HostTensor>(), loop, precision }: CompileOptions = {},
  ): Promise<Program> {
    if (precision === 'float16') throw new DeviceError("The device 'reference' computes in float64 only.");
    if (loop) {
      const signature = loopSignature(graph, loop, baked);
      return stepByStep(this, await this.compile(graph, { baked }), loop, signature);
    }
    const order = nodesInOrder(graph.outputs.values());
    const used = usedValues(graph);
    const inputNames = [...graph.inputs].flatMap(([name, value]) =>
      used.has(value) && !baked.has(name) ? [name] : [],
    );
    return {
      inputNames,
      run: (inputs) => {
        try {
          return Promise.resolve(evaluate(graph, order, { ...inputs, ...tensorsOf(baked) }));
        } catch (error) {
          return Promise.reject(error instanceof Error ? error : new DeviceError(String(error)));
        }
      },
      dispose: () => Promise.resolve(),
    };
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

function evaluate(
  graph: TracedGraph,
  order: readonly Node[],
  inputs: Readonly<Record<string, DeviceTensor>>,
): Record<string, DeviceTensor> {
  const values = new Map<Value, HostTensor>(graph.constants);
  for (const value of usedValues(graph)) {
    const name = value.inputName;
    if (name !== undefined) values.set(value, requireInput(inputs, name, value.shape).host);
  }
  const valueOf = (value: Value): HostTensor => values.get(value)!;
  for (const node of order) {
    node
      .evaluate(node.inputs.map(valueOf))
      .forEach((result, index) => values.set(node.outputs[index], result));
  }
  return Object.fromEntries(
    [...graph.outputs].map(([name, value]) => [name, new ReferenceTensor(valueOf(value))]),
  );
}

function requireInput(
  inputs: Readonly<Record<string, DeviceTensor | undefined>>,
  name: string,
  shape: Shape,
): ReferenceTensor {
  const given = inputs[name];
  if (!(given instanceof ReferenceTensor)) throw missingInput(name);
  if (!sameShape(given.shape, shape)) throw misshapenInput(name, shape, given.shape);
  return given;
}

function tensorsOf(baked: ReadonlyMap<string, HostTensor>): Record<string, DeviceTensor> {
  return Object.fromEntries([...baked].map(([name, tensor]) => [name, new ReferenceTensor(tensor)]));
}
