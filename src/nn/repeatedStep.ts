import type { CompileOptions, Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import type { TracedGraph } from '../engine/graph.ts';
import { stackTensors } from '../engine/stackTensors.ts';
import type { HostTensor } from '../engine/tensor.ts';

type Tensors = Readonly<Record<string, DeviceTensor>>;
type StepInputs = Readonly<Record<string, HostTensor>>;

/**
 * A graph that is run several times in a row, what it returns given to its next run: one program a step where a device
 * keeps results, otherwise one program of several steps, so that what the steps share crosses once.
 */
export class RepeatedStep {
  private readonly device: Device;
  private readonly graph: TracedGraph;
  private readonly carried: ReadonlyMap<string, string>;
  private readonly options: CompileOptions;
  private readonly programs = new Map<number, Program>();

  private constructor(
    device: Device,
    graph: TracedGraph,
    carried: ReadonlyMap<string, string>,
    options: CompileOptions,
  ) {
    this.device = device;
    this.graph = graph;
    this.carried = carried;
    this.options = options;
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
    if (device.keepsState) await repeated.program(1, []);
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
        if (before !== state) for (const tensor of Object.values(before)) tensor.dispose();
      }
    }
    return current;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
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
      const program = await this.program(steps.length, names);
      outputs = await program.run({ ...inputs, ...own });
    } finally {
      for (const tensor of Object.values(own)) tensor.dispose();
    }
    const next: Record<string, DeviceTensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = this.carried.get(name);
      if (input === undefined) tensor.dispose();
      else next[input] = tensor;
    }
    return next;
  }

  private async program(steps: number, perStep: readonly string[]): Promise<Program> {
    let program = this.programs.get(steps);
    if (!program) {
      const loop = steps === 1 ? undefined : { steps, carried: this.carried, perStep };
      program = await this.device.compile(this.graph, { ...this.options, ...(loop ? { loop } : {}) });
      this.programs.set(steps, program);
    }
    return program;
  }
}
