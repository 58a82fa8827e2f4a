import type { CompileOptions, Device, DeviceTensor } from '../engine/devices/device.ts';
import { release } from '../engine/devices/release.ts';
import type { TracedGraph } from '../engine/graph.ts';
import { stackTensors } from '../engine/stackTensors.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { StepProgram } from './stepProgram.ts';

type Tensors = Readonly<Record<string, DeviceTensor>>;
type StepInputs = Readonly<Record<string, HostTensor>>;

/**
 * A graph that is run several times in a row, what it returns given to its next run: one program a step where a device
 * keeps results, otherwise one program of several steps, so that what the steps share crosses once.
 */
export class RepeatedStep {
  private readonly device: Device;
  private readonly carried: ReadonlyMap<string, string>;
  private readonly program: StepProgram;

  private constructor(
    device: Device,
    graph: TracedGraph,
    carried: ReadonlyMap<string, string>,
    options: CompileOptions,
  ) {
    this.device = device;
    this.carried = carried;
    this.program = new StepProgram(device, graph, (perStep, steps) => ({ steps, carried, perStep }), options);
  }

  /** @param carried which output is which input of the next step; other outputs are of no use to anybody */
  static async create(
    device: Device,
    graph: TracedGraph,
    carried: ReadonlyMap<string, string>,
    options: CompileOptions = {},
  ): Promise<RepeatedStep> {
    const repeated = new RepeatedStep(device, graph, carried, options);
    // Numbers of steps in one program become known when they are asked for.
    if (device.keepsState) await repeated.program.of(1, []);
    return repeated;
  }

  /**
   * Takes a step for each of `perStep`, its own inputs. Returns the state after them, which is the caller's, as what
   * it gave stays, too; without steps the state that it gave.
   *
   * @param state the first step's carried inputs, by their names
   * @param inputs what all steps are given
   */
  async run(state: Tensors, inputs: Tensors, perStep: readonly StepInputs[]): Promise<Tensors> {
    const longest = this.device.keepsState ? 1 : (this.device.longestLoop ?? perStep.length);
    let current = state;
    for (let start = 0; start < perStep.length; start += longest) {
      const before = current;
      try {
        current = await this.advance({ ...inputs, ...before }, perStep.slice(start, start + longest));
      } finally {
        if (before !== state) release(before);
      }
    }
    return current;
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }

  private async advance(inputs: Tensors, steps: readonly StepInputs[]): Promise<Tensors> {
    const names = Object.keys(steps[0]);
    const own: Record<string, DeviceTensor> = {};
    let outputs: Tensors;
    try {
      for (const name of names) {
        const tensors = steps.map((step) => step[name]);
        own[name] = await this.device.upload(steps.length === 1 ? tensors[0] : stackTensors(tensors));
      }
      const program = await this.program.of(steps.length, names);
      outputs = await program.run({ ...inputs, ...own });
    } finally {
      release(own);
    }
    const next: Record<string, DeviceTensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = this.carried.get(name);
      if (input === undefined) tensor.dispose();
      else next[input] = tensor;
    }
    return next;
  }
}
