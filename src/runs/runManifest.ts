import { z } from 'zod';

import { describeIssues } from '../data/describeIssues.ts';
import type { Task } from '../data/dataset.ts';
import { TsyndError } from '../protocol/errors.ts';
import { relativePathSchema, sha256Schema } from './fieldSchemas.ts';

/** The format of run folders that this version writes and reads. */
export const FORMAT_VERSION = 1;

const runStageSchema = z.enum(['autoencoder', 'classifier', 'samples']);
export const TASKS = [
  'binary-class',
  'multi-class',
  'multi-label',
  'ordinal-regression',
] as const satisfies readonly Task[];
const count = z.int().min(0);

export const datasetSchema = z.strictObject({
  name: z.string(),
  path: z.string(),
  format: z.enum(['npz', 'folder', 'csv']),
  sha256: sha256Schema,
  task: z.enum(TASKS),
  classNames: z.array(z.string()),
  channels: z.literal([1, 3]),
  /** Side in pixels. */
  imageSize: z.int().min(1),
  /** Images in each split. */
  counts: z.strictObject({ train: count, val: count, test: count }),
});

/** run.json: what a run is, how far it is, and what is needed to repeat it. */
export const runManifestSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  /** The name of the run's folder. */
  id: z.string().min(1),
  createdAt: z.iso.datetime(),
  status: z.enum(['running', 'finished', 'stopped', 'failed']),
  /** Why the run failed, as told to the person. */
  error: z.string().optional(),
  /** The stage under way, or the last one. */
  stage: runStageSchema,
  settings: z.record(z.string(), z.json()),
  seed: z.int().min(0),
  versions: z.strictObject({ tsynd: z.string(), node: z.string(), onnxruntime: z.string() }),
  device: z.strictObject({ name: z.string(), description: z.string(), threads: z.int().min(1) }),
  dataset: datasetSchema,
  /** Positions in the training split that the classifier saw, relative to the run's folder. */
  subsetIndicesFile: relativePathSchema.optional(),
  /** Images of the classifier's training set, over its parts; those made online are not counted. */
  trainingImages: z.strictObject({ real: count, synthetic: count }).optional(),
  /** Seconds spent in each stage, over all its resumptions. */
  timings: z.partialRecord(runStageSchema, z.number().min(0)),
  /** Known once the run is finished. Test images have no part in it. */
  result: z
    .strictObject({
      /** The classifier's epoch of the best validation AUC, counted from 1. */
      bestEpoch: z.int().min(1),
      /** Absent where it is undefined, since a class has no validation image. */
      valAuroc: z.number().min(0).max(1).optional(),
      /** Synthetic images made. */
      samples: count,
    })
    .optional(),
});

export type RunManifest = z.infer<typeof runManifestSchema>;

/** The text of run.json. Throws TsyndError 'internal' when the manifest breaks its format. */
export function formatManifest(manifest: RunManifest): string {
  const checked = runManifestSchema.safeParse(manifest);
  if (checked.success) return `${JSON.stringify(checked.data, undefined, 2)}\n`;
  throw new TsyndError(
    'internal',
    `The manifest of run ${manifest.id} breaks its format: ${describeIssues(checked.error)}.`,
    {
      remedy: 'Please report this.',
      cause: checked.error,
    },
  );
}

/** Reads the text of run.json; `file` names it in messages. Throws TsyndError 'run/corrupt'. */
export function parseManifest(text: string, file: string): RunManifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw corruptManifest(`${file} is not JSON.`, file, error);
  }
  const version = z.object({ formatVersion: z.int() }).safeParse(parsed);
  if (version.success && version.data.formatVersion > FORMAT_VERSION) {
    throw new TsyndError(
      'run/corrupt',
      `${file} has format ${version.data.formatVersion}, and this version of TSynD reads formats up to ${FORMAT_VERSION}.`,
      {
        remedy: 'Update TSynD to open this run.',
        details: { file, formatVersion: version.data.formatVersion },
      },
    );
  }
  const checked = runManifestSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  throw corruptManifest(
    `${file} is not the record of a run (${describeIssues(checked.error)}).`,
    file,
    checked.error,
  );
}

function corruptManifest(message: string, file: string, cause: unknown): TsyndError {
  return new TsyndError('run/corrupt', message, {
    remedy: 'Restore the file from a copy, or start a new run.',
    details: { file },
    cause,
  });
}
