import { z } from 'zod';
import { SCORED_SPLITS } from '../protocol/scoreTable.ts';
import { labelSchema, sha256Schema } from './fieldSchemas.ts';
import { datasetSchema } from './runManifest.ts';

/** The format of score folders that this version writes and reads. */
export const SCORES_VERSION = 1;

const count = z.int().min(0);
const nats = z.number();

/** A line of scores.jsonl: what a run's classifier says of one image of a dataset. */
export const scoreRecordSchema = z.strictObject({
  /** `<split>-<position in the split>`; unique in the folder, safe as a file name. */
  id: z.string().regex(/^(train|val|test)-\d+$/),
  split: z.enum(SCORED_SPLITS),
  /** Position in the split. */
  index: count,
  /** As the dataset names it: relative to its folder, and for CSV files as it stands there; absent for archives. */
  file: z.string().min(1).optional(),
  label: labelSchema,
  /** By the mean of the probabilities over the masks. */
  predictedLabel: labelSchema,
  /** Mutual information over the run's dropout masks. */
  mi: nats,
  /** Predictive entropy over those masks. */
  entropy: nats,
  /** Cross-entropy of the label without dropout; for multi-label the sum over labels. */
  loss: nats,
  /** [K] mean over the masks. */
  probs: z.array(z.number().min(0).max(1)).min(1),
  /** Number of the group of scored images with the same pixels; absent where there is no copy. */
  duplicates: count.optional(),
});

export type ScoreRecord = z.infer<typeof scoreRecordSchema>;

/** scores.json: what was scored, and what is needed to read the same images again. */
export const scoresFileSchema = z.strictObject({
  formatVersion: z.literal(SCORES_VERSION),
  scoredAt: z.iso.datetime(),
  runId: z.string().min(1),
  /** As it was read; `channels` are its own, which need not be the classifier's. */
  dataset: datasetSchema.omit({ counts: true }),
  /** How its reader was told to read it, beside the image size. */
  reading: z.strictObject({ skipUnreadable: z.boolean(), seed: count }),
  splits: z.array(z.enum(SCORED_SPLITS)).min(1),
  /** Lines of scores.jsonl. */
  images: count,
  numMcSamples: z.int().min(1),
  maskSeed: count,
  classifier: z.strictObject({ sha256: sha256Schema, channels: z.literal([1, 3]) }),
  device: z.strictObject({ name: z.string(), description: z.string(), threads: z.int().min(1) }),
});

export type ScoresFile = z.infer<typeof scoresFileSchema>;
