import type { CompileOptions, Device, Program } from '../engine/devices/device.ts';
import type { TracedGraph } from '../engine/graph.ts';
import { trainingLoop } from './trainer.ts';

/** A training step's graph, compiled for each number of steps in a row that occurs. */
export class StepProgram {
  private readonly device: Device;
  private readonly graph: TracedGraph;
  private readonly options: CompileOptions;
  private readonly programs = new Map<number, Program>();

  /** @param graph made by `traceTrainingStep` */
  constructor(device: Device, graph: TracedGraph, options: CompileOptions = {}) {
    this.device = device;
    this.graph = graph;
    this.options = options;
  }

  /** The program for `Trainer.run`, or of several steps for `Trainer.runLoop`. @param batch names of its tensors */
  async of(steps: number, batch: readonly string[]): Promise<Program> {
    let program = this.programs.get(steps);
    if (!program) {
      const loop = steps === 1 ? undefined : trainingLoop(this.graph, batch, steps);
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
