import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentEvent } from '../../src/jobs/experiment/experimentEvent.ts';
import {
  runExperiment,
  type ExperimentRequest,
  type ExperimentResult,
} from '../../src/jobs/experiment/runExperiment.ts';

/** Settings of a file with which a cell takes a second or so. */
export const TINY_GRID = `
preset: quick
autoencoder:
  { hidden: 8, residualHidden: 4, residualLayers: 1, latentChannels: 4, codes: 16, updates: 12, batchSize: 8 }
classifier: { width: 4, duration: { epochs: 2 }, batchSize: 16 }
generation: { steps: 2, numMcSamples: 4, batchSize: 4 }
`;

/** What a cell is tested under where it hardly matters. */
export const TINY_EVALUATION = `
evaluation: { noise: [0.12], fgsm: [8], pgd: [8], pgdSteps: 2, masking: false }
`;

/** Writes an experiment's file; `grid` is what comes beside the tiny settings. */
export function writeTinyExperiment(folder: string, grid: string, name = 'tiny.yaml'): string {
  const file = path.join(folder, name);
  writeFileSync(file, `title: Tiny\n${TINY_GRID}${TINY_EVALUATION}${grid}`);
  return file;
}

/** Runs an experiment to its end; returns what it told and its result. */
export async function runWhole(
  request: Partial<ExperimentRequest> & Pick<ExperimentRequest, 'path'>,
): Promise<{ events: ExperimentEvent[]; result: ExperimentResult }> {
  const events: ExperimentEvent[] = [];
  const job = runExperiment({ device: 'cpu', threads: 1, ...request });
  for (;;) {
    const next = await job.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}
