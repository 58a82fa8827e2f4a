import { z } from 'zod';

import { METHODS } from '../protocol/settings.ts';
import { labelSchema, relativePathSchema, sha256Schema } from './fieldSchemas.ts';

const nats = z.number();
const probs = z.array(z.number().min(0).max(1)).min(1);

/** The training image that a synthetic image was derived from. */
const parentSchema = z.strictObject({
  /**
   * As the dataset names it: relative to its folder, with `/`, and for CSV files as it stands there, which may be
   * absolute or lead out of that folder. Absent where the images lie in one archive.
   */
  file: z.string().min(1).optional(),
  /** Position in the training split. */
  index: z.int().min(0),
  split: z.literal('train'),
});

/** A line of samples.jsonl: one synthetic image, with all that is needed to recompute its numbers. */
export const sampleRecordSchema = z.strictObject({
  /** Unique in the run; safe as a file name. */
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  /** The image, relative to the run's folder, with `/`. */
  file: relativePathSchema,
  /** The parent's label. */
  label: labelSchema,
  parent: parentSchema,
  method: z.enum(METHODS),
  /** Steps of latent optimisation. */
  steps: z.int().min(0),
  /** Adam's rate; of `latent-fgsm` the length of its step, in standard deviations of each latent channel. */
  latentLearningRate: z.number().min(0),
  /** Half-width of the uniform latent noise, in standard deviations of each latent channel. */
  noise: z.number().min(0),
  /** S, the dropout masks over which the mutual information is estimated. */
  numMcSamples: z.int().min(1),
  /** Seed of those masks. */
  maskSeed: z.int().min(0),
  /** Mutual information of the parent's reconstruction, in nats. */
  miBefore: nats,
  /** Mutual information of the synthetic image, in nats. */
  miAfter: nats,
  /** Predictive entropy of the parent's reconstruction, in nats. */
  entropyBefore: nats,
  /** Predictive entropy of the synthetic image, in nats. */
  entropyAfter: nats,
  /** [K] class probabilities of the parent's reconstruction, mean over the masks. */
  probsBefore: probs,
  /** [K] class probabilities of the synthetic image, mean over the masks. */
  probsAfter: probs,
  predictedLabel: labelSchema,
  /** Euclidean distance from the parent's latent to the synthetic image's. */
  latentDistance: z.number().min(0),
  /** Fraction of latent positions whose nearest code is another one than the parent's. */
  codesChanged: z.number().min(0).max(1),
  decoderSha256: sha256Schema,
  classifierSha256: sha256Schema,
});

export type SampleRecord = z.infer<typeof sampleRecordSchema>;
