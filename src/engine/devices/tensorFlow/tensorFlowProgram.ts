import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { DeviceError, misshapenInput, missingInput } from '../../errors.ts';
import { nodesInOrder, usedValues, type Node, type TracedGraph, type Value } from '../../graph.ts';
import { sameShape, type HostTensor } from '../../tensor.ts';
import type { TensorFlowContext } from '../../tensorflow/tensorFlowContext.ts';
import type { DeviceTensor, Program } from '../device.ts';
import { TensorFlowTensor, toTensor } from './tensorFlowTensor.ts';
import { toDeviceError } from './toDeviceError.ts';

/** A graph whose nodes run one by one as TensorFlow.js kernels; what is computed on the way is freed after its last use. */
export class TensorFlowProgram implements Program {
  readonly inputNames: readonly string[];
  private readonly context: TensorFlowContext;
  private readonly live: Set<TensorFlowTensor>;
  private readonly graph: TracedGraph;
  private readonly order: readonly Node[];
  /** Per node, in order, the values that nothing needs once it has run. */
  private readonly spent: readonly (readonly Value[])[];
  /** Constants and baked inputs. */
  private readonly fixed = new Map<Value, TensorFlowTensor>();

  /** @param live the device's tensors: what is made here is among them until it is disposed of */
  constructor(
    context: TensorFlowContext,
    live: Set<TensorFlowTensor>,
    graph: TracedGraph,
    baked: ReadonlyMap<string, HostTensor>,
  ) {
    this.context = context;
    this.live = live;
    this.graph = graph;
    this.order = nodesInOrder(graph.outputs.values());
    this.spent = spentAfter(this.order, new Set(graph.outputs.values()));
    const inputNames: string[] = [];
    for (const value of usedValues(graph)) {
      const name = value.inputName;
      const known = name === undefined ? graph.constants.get(value) : baked.get(name);
      if (known) this.fixed.set(value, new TensorFlowTensor(live, toTensor(context.tf, known), known.dtype));
      else if (name !== undefined) inputNames.push(name);
    }
    this.inputNames = [...graph.inputs.keys()].filter((name) => inputNames.includes(name));
  }

  async run(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>> {
    const given = this.givenTensors(inputs);
    const results = this.compute(given);
    // The kernels were called in this thread: what waits for it, like a request to stop, gets its turn.
    await setImmediate();
    return results;
  }

  dispose(): Promise<void> {
    for (const tensor of this.fixed.values()) tensor.dispose();
    this.fixed.clear();
    return Promise.resolve();
  }

  private givenTensors(inputs: Readonly<Record<string, DeviceTensor | undefined>>): Map<Value, Tensor> {
    const given = new Map<Value, Tensor>();
    for (const [value, { tensor }] of this.fixed) given.set(value, tensor);
    for (const name of this.inputNames) {
      const value = this.graph.inputs.get(name)!;
      const tensor = inputs[name];
      if (!(tensor instanceof TensorFlowTensor)) throw missingInput(name);
      if (!sameShape(tensor.shape, value.shape)) throw misshapenInput(name, value.shape, tensor.shape);
      if (tensor.dtype !== value.dtype) {
        throw new DeviceError(
          `The program's input '${name}' must be of type ${value.dtype}, not ${tensor.dtype}.`,
        );
      }
      given.set(value, tensor.tensor);
    }
    return given;
  }

  private compute(given: ReadonlyMap<Value, Tensor>): Record<string, DeviceTensor> {
    const computed = new Map<Value, Tensor>();
    try {
      this.order.forEach((node, index) => {
        const operands = node.inputs.map((value) => computed.get(value) ?? given.get(value)!);
        this.kernelsOf(node, operands).forEach((tensor, output) =>
          computed.set(node.outputs[output], tensor),
        );
        for (const value of this.spent[index]) {
          computed.get(value)?.dispose();
          computed.delete(value);
        }
      });
      return this.resultsOf(computed, given);
    } catch (error) {
      for (const tensor of computed.values()) tensor.dispose();
      throw error;
    }
  }

  private kernelsOf(node: Node, operands: readonly Tensor[]): readonly Tensor[] {
    const { tf } = this.context;
    try {
      return tf.tidy(() =>
        node
          .toTensorFlow(this.context, operands)
          // Each tensor is freed on its own, so that none may stand for two values.
          .map((tensor) => (operands.includes(tensor) ? tf.clone(tensor) : tensor)),
      );
    } catch (error) {
      throw toDeviceError(error, `cannot compute '${node.operation}'`);
    }
  }

  /** The outputs by name, each a tensor of its own. */
  private resultsOf(
    computed: ReadonlyMap<Value, Tensor>,
    given: ReadonlyMap<Value, Tensor>,
  ): Record<string, DeviceTensor> {
    const { tf } = this.context;
    const taken = new Set<Value>();
    const results: Record<string, DeviceTensor> = {};
    for (const [name, value] of this.graph.outputs) {
      const own = taken.has(value) ? undefined : computed.get(value);
      const tensor = own ?? tf.clone(computed.get(value) ?? given.get(value)!);
      taken.add(value);
      results[name] = new TensorFlowTensor(this.live, tensor, value.dtype);
    }
    return results;
  }
}

/** Per node the values made by nodes that it is the last to use, and its own outputs that nothing uses. */
function spentAfter(order: readonly Node[], kept: ReadonlySet<Value>): Value[][] {
  const last = new Map<Value, number>();
  order.forEach((node, index) => {
    for (const value of node.outputs) last.set(value, index);
    for (const value of node.inputs) if (value.node) last.set(value, index);
  });
  const spent = order.map((): Value[] => []);
  for (const [value, index] of last) if (!kept.has(value)) spent[index].push(value);
  return spent;
}
