import type { CompileOptions, Device, Program, StepLoop } from '../engine/devices/device.ts';
import type { TracedGraph } from '../engine/graph.ts';
import { trainingLoop } from './trainer.ts';

/** How `steps` runs of a graph in one program hang together. @param perStep names of what differs from step to step */
export type LoopOf = (perStep: readonly string[], steps: number) => StepLoop;

/** A step's graph, compiled for each number of steps in a row that occurs. */
export class StepProgram {
  private readonly device: Device;
  private readonly graph: TracedGraph;
  private readonly loopOf: LoopOf;
  private readonly options: CompileOptions;
  private readonly programs = new Map<number, Program>();

  /** @param loopOf that of a training, of a graph by `traceTrainingStep`, when absent */
  constructor(
    device: Device,
    graph: TracedGraph,
    loopOf: LoopOf = (perStep, steps) => trainingLoop(graph, perStep, steps),
    options: CompileOptions = {},
  ) {
    this.device = device;
    this.graph = graph;
    this.loopOf = loopOf;
    this.options = options;
  }

  /** The program of one step as it is, or of several in a loop. */
  async of(steps: number, perStep: readonly string[]): Promise<Program> {
    let program = this.programs.get(steps);
    if (!program) {
      const loop = steps === 1 ? undefined : this.loopOf(perStep, steps);
      program = await this.device.compile(this.graph, { ...this.options, ...(loop ? { loop } : {}) });
      this.programs.set(steps, program);
    }
    return program;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }
}
