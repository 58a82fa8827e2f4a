import type { Device } from '../src/engine/devices/device.ts';
import { GRAPH_NAMES } from './graphs.ts';
import { prepareGraph } from './prepareGraph.ts';
import { prepareIteration } from './prepareIteration.ts';
import { prepareSaliency } from './prepareSaliency.ts';

/** The programs that are timed; `bench/peerPrograms.py` does the same work under the same names. */
export const PROGRAM_NAMES = [
  ...GRAPH_NAMES,
  'tsyndIteration',
  'eigenGradCamLayer4',
  'eigenGradCamLayer3',
] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** A compiled program with inputs; whatever stays fixed while it is used for real is baked in. */
export interface PreparedProgram {
  readonly compileMs: number;
  /** Runs once and waits for the result; returns the milliseconds that a step took. */
  run(): Promise<number>;
  dispose(): Promise<void>;
}

/** The paper's batch for a whole iteration, and half of it, which is as many as it optimises, for all else. */
export function defaultBatch(name: ProgramName): number {
  return name === 'tsyndIteration' ? 128 : 64;
}

export async function prepareProgram(
  name: ProgramName,
  device: Device,
  batchSize = defaultBatch(name),
): Promise<PreparedProgram> {
  switch (name) {
    case 'tsyndIteration':
      return prepareIteration(device, batchSize);
    case 'eigenGradCamLayer4':
      return prepareSaliency(device, 'layer4', batchSize);
    case 'eigenGradCamLayer3':
      return prepareSaliency(device, 'layer3', batchSize);
    default:
      return prepareGraph(name, device, batchSize);
  }
}
