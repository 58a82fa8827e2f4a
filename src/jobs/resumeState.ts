import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readIfPresent } from '../data/readIfPresent.ts';
import { decodeSafetensors, writeSafetensors } from '../data/safetensors.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { renameTensors } from '../models/tensorNames.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { RunPaths } from '../runs/runFolder.ts';

const progressSchema = z.strictObject({
  stage: z.enum(['autoencoder', 'classifier']),
  /** Complete epochs. */
  epoch: z.int().min(0),
  /** Optimiser steps taken. */
  steps: z.int().min(0),
  /** Seconds spent in the stage. */
  seconds: z.number().min(0),
  /** The epoch of the best validation score so far, and that score; classifiers only. */
  best: z.strictObject({ epoch: z.int().min(1), score: z.number(), auroc: z.number().optional() }).optional(),
});

export type StageProgress = z.infer<typeof progressSchema>;

/** Where a stage stood after its last complete epoch. */
export interface ResumeState {
  readonly progress: StageProgress;
  /** Everything that the next step depends on: the model's and the optimiser's tensors. */
  readonly training: ReadonlyMap<string, HostTensor>;
  /** The best model so far; classifiers only. */
  readonly best: ReadonlyMap<string, HostTensor>;
}

const TRAINING = 'training/';
const BEST = 'best/';

/** The state that a stage can go on from, or undefined when it has to start anew. */
export async function readResumeState(
  paths: RunPaths,
  stage: StageProgress['stage'],
): Promise<ResumeState | undefined> {
  const bytes = await readIfPresent(paths.resumeState);
  if (!bytes) return undefined;
  const { tensors, metadata } = decodeSafetensors(bytes, paths.resumeState);
  const progress = progressSchema.safeParse(JSON.parse(metadata.progress ?? 'null'));
  if (!progress.success) {
    throw new TsyndError('run/corrupt', `${paths.resumeState} does not say where its run stopped.`, {
      remedy: 'Start a new run.',
    });
  }
  if (progress.data.stage !== stage) return undefined;
  const withPrefix = (prefix: string): Map<string, HostTensor> =>
    renameTensors(
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
      ),
    );
  return { progress: progress.data, training: withPrefix(TRAINING), best: withPrefix(BEST) };
}

export async function writeResumeState(
  paths: RunPaths,
  { progress, training, best }: ResumeState,
): Promise<void> {
  const tensors = new Map<string, HostTensor>();
  for (const [name, tensor] of training) tensors.set(TRAINING + name, tensor);
  for (const [name, tensor] of best) tensors.set(BEST + name, tensor);
  await writeSafetensors(paths.resumeState, tensors, { progress: JSON.stringify(progress) });
}

/** Removes the state of a finished stage; its result is a checkpoint of its own. */
export async function clearResumeState(paths: RunPaths): Promise<void> {
  await rm(paths.resumeState, { force: true });
}
