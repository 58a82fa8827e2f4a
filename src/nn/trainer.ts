import type { Device, DeviceTensor, Program, StepLoop } from '../engine/devices/device.ts';
import { gradientsOf } from '../engine/gradient.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { floatTensor, type HostTensor, type Shape } from '../engine/tensor.ts';
import { initialLossScale, scaledGradients, type ScaledGradients } from './lossScale.ts';
import { ModelScope } from './modelScope.ts';
import type { ModelState } from './modelState.ts';
import { scalarInputs, type Optimizer } from './optimizers.ts';

/** What a training step minimises, and what else it tells. */
export interface TrainingObjective {
  /** Shape `[]`. */
  readonly loss: Value;
  /** Further values to return, e.g. parts of the loss. */
  readonly reports?: Readonly<Record<string, Value>>;
}

const NEXT = 'next:';
const OPTIMIZER = 'optimizer.';
const SCALAR = 'scalar.';

/**
 * The graph of one training step: loss, gradients, and the new value of every tensor of the model and the optimiser.
 *
 * @param objective builds the loss over the model's tensors; its own inputs are the batch
 */
export function traceTrainingStep(
  optimizer: Optimizer,
  objective: (scope: ModelScope, graph: Graph) => TrainingObjective,
): TracedGraph {
  return trace((graph) => {
    const scope = new ModelScope(graph, 'training');
    const { loss, reports = {} } = objective(scope, graph);
    const names = [...scope.parameters.keys()];
    const parameters = names.map((name) => scope.valueOf(name));
    const { gradients, unlessSkipped, next } = optimizer.lossScaling
      ? scaledGradients(loss, parameters, optimizer.lossScaling)
      : plainGradients(loss, parameters);
    const scalars = scalarInputs(graph, optimizer, SCALAR);
    const outputs: Record<string, Value> = { loss, ...reports };
    names.forEach((name, index) => {
      const parameter = scope.valueOf(name);
      const slots: Record<string, Value> = {};
      for (const slot of optimizer.slots) slots[slot] = graph.input(slotName(slot, name), parameter.shape);
      const updated = optimizer.update(parameter, gradients[index], slots, scalars, name);
      outputs[NEXT + name] = unlessSkipped(updated.parameter, parameter);
      for (const slot of optimizer.slots) {
        outputs[NEXT + slotName(slot, name)] = unlessSkipped(updated.slots[slot], slots[slot]);
      }
    });
    for (const [name, value] of scope.bufferUpdates) {
      outputs[NEXT + name] = unlessSkipped(value, scope.valueOf(name));
    }
    for (const [name, value] of Object.entries(next)) outputs[NEXT + name] = value;
    return outputs;
  });
}

/** Gradients of the loss as it is: no step is skipped. */
function plainGradients(loss: Value, parameters: readonly Value[]): ScaledGradients {
  return { gradients: gradientsOf(loss, parameters), unlessSkipped: (next) => next, next: {} };
}

/**
 * The loop of `steps` steps of a graph by `traceTrainingStep`, for `Trainer.runLoop`: model and optimiser are carried,
 * the batch and what changes with the step's number differ.
 *
 * @param batch names of the batch's tensors
 */
export function trainingLoop(graph: TracedGraph, batch: readonly string[], steps: number): StepLoop {
  const next = [...graph.outputs.keys()].filter((name) => name.startsWith(NEXT));
  return {
    steps,
    carried: new Map(next.map((name) => [name, name.slice(NEXT.length)])),
    perStep: [...batch, ...[...graph.inputs.keys()].filter((name) => name.startsWith(SCALAR))],
  };
}

/**
 * Keeps a model's and an optimiser's tensors on a device and replaces them step by step. It knows nothing of what is
 * trained: programs come from `traceTrainingStep`, several of them (say, for a last, smaller batch) may share a state.
 */
export class Trainer {
  private readonly device: Device;
  private readonly optimizer: Optimizer;
  private readonly tensors: Map<string, DeviceTensor>;
  private steps: number;

  private constructor(
    device: Device,
    optimizer: Optimizer,
    tensors: Map<string, DeviceTensor>,
    steps: number,
  ) {
    this.device = device;
    this.optimizer = optimizer;
    this.tensors = tensors;
    this.steps = steps;
  }

  /** Starts from a model's state, or from a snapshot after `steps` steps; missing optimiser slots start at zero. */
  static async create(
    device: Device,
    optimizer: Optimizer,
    parameters: Iterable<string>,
    state: ModelState,
    steps = 0,
  ): Promise<Trainer> {
    const tensors = new Map<string, DeviceTensor>();
    for (const [name, tensor] of state) tensors.set(name, await device.upload(tensor));
    for (const parameter of parameters) {
      for (const slot of optimizer.slots) {
        const name = slotName(slot, parameter);
        if (!tensors.has(name))
          tensors.set(name, await device.upload(floatTensor(state.get(parameter)!.shape, 0)));
      }
    }
    for (const [name, value] of Object.entries(initialLossScale(optimizer))) {
      if (!tensors.has(name)) tensors.set(name, await device.upload(floatTensor([], value)));
    }
    return new Trainer(device, optimizer, tensors, steps);
  }

  /** Steps taken so far. */
  get step(): number {
    return this.steps;
  }

  /** Takes one step; returns the program's other results (loss and reports), still on the device. */
  async run(
    program: Program,
    batch: Readonly<Record<string, DeviceTensor>>,
    learningRate: number,
  ): Promise<Record<string, DeviceTensor>> {
    this.steps++;
    return this.advance(program, batch, this.optimizer.scalars(this.steps, learningRate), []);
  }

  /**
   * Takes a step for each of the learning rates, by a program that was compiled with `trainingLoop`.
   *
   * @param batch what the steps are given, step by step: `[steps, ...shape]`
   * @returns the results of all steps, each `[steps, ...shape]`
   */
  async runLoop(
    program: Program,
    batch: Readonly<Record<string, DeviceTensor>>,
    learningRates: readonly number[],
  ): Promise<Record<string, DeviceTensor>> {
    const scalars = learningRates.map((rate) => this.optimizer.scalars(++this.steps, rate));
    const stacked = Object.keys(scalars[0]).map(
      (name) => [name, Float64Array.from(scalars, (values) => values[name])] as const,
    );
    return this.advance(program, batch, Object.fromEntries(stacked), [learningRates.length]);
  }

  /** The model's tensors where they are, for programs that use them in inference mode. */
  modelTensors(prefix = ''): Record<string, DeviceTensor> {
    const entries = [...this.tensors].filter(([name]) => !name.startsWith(OPTIMIZER));
    return Object.fromEntries(entries.map(([name, tensor]) => [prefix + name, tensor]));
  }

  /** A copy of the model's tensors. */
  async modelState(): Promise<Map<string, HostTensor>> {
    return this.read((name) => !name.startsWith(OPTIMIZER));
  }

  /** A copy of everything that the next step depends on. */
  async snapshot(): Promise<Map<string, HostTensor>> {
    return this.read(() => true);
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }

  /** Runs a program over the state, whose next value it returns, and keeps that; returns the other results. */
  private async advance(
    program: Program,
    batch: Readonly<Record<string, DeviceTensor>>,
    scalars: Readonly<Record<string, number | Float64Array>>,
    scalarShape: Shape,
  ): Promise<Record<string, DeviceTensor>> {
    const inputs: Record<string, DeviceTensor> = { ...Object.fromEntries(this.tensors), ...batch };
    const uploaded: DeviceTensor[] = [];
    let outputs: Record<string, DeviceTensor>;
    try {
      for (const [name, value] of Object.entries(scalars)) {
        const values = typeof value === 'number' ? Float64Array.of(value) : value;
        inputs[SCALAR + name] = await this.device.upload(floatTensor(scalarShape, values));
        uploaded.push(inputs[SCALAR + name]);
      }
      outputs = await program.run(inputs);
    } finally {
      for (const tensor of uploaded) tensor.dispose();
    }
    const results: Record<string, DeviceTensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      if (!name.startsWith(NEXT)) {
        results[name] = tensor;
        continue;
      }
      const own = name.slice(NEXT.length);
      this.tensors.get(own)?.dispose();
      this.tensors.set(own, tensor);
    }
    return results;
  }

  private async read(isWanted: (name: string) => boolean): Promise<Map<string, HostTensor>> {
    const state = new Map<string, HostTensor>();
    for (const [name, tensor] of this.tensors) if (isWanted(name)) state.set(name, await tensor.read());
    return state;
  }
}

function slotName(slot: string, parameter: string): string {
  return `${OPTIMIZER}${slot}.${parameter}`;
}
