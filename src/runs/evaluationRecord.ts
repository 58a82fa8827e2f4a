import { z } from 'zod';
import { testConditionSchema } from '../protocol/testConditions.ts';
import { sha256Schema } from './fieldSchemas.ts';
import { TASKS } from './runManifest.ts';

/** The format of evaluation.json that this version writes and reads. */
export const EVALUATION_VERSION = 1;

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const matrix = z.array(z.array(count));

/** Scores of one classifier on the test images under one condition, without dropout. */
const conditionScoresSchema = z.strictObject({
  condition: testConditionSchema,
  accuracy: share,
  balancedAccuracy: share,
  /** Absent where a class has no test image. */
  auroc: share.exactOptional(),
  /** Expected calibration error over 15 bins. */
  calibrationError: share,
  /** Cross-entropy in nats. */
  loss: z.number(),
  /** [K, K], rows by true class; for multi-label data [L, 2, 2], one matrix a label. */
  confusion: z.union([matrix, z.array(matrix)]),
});

/** One check for gradient masking (Athalye et al., arXiv 1802.00420; Carlini et al., arXiv 1902.06705). */
const maskingCheckSchema = z.strictObject({
  /** A sentence that says what must hold. */
  check: z.string(),
  passed: z.boolean(),
  /** The numbers that it was decided by. */
  found: z.string(),
});

/** evaluation.json of a run: its classifier on the test images under all conditions. */
export const evaluationRecordSchema = z.strictObject({
  formatVersion: z.literal(EVALUATION_VERSION),
  runId: z.string().min(1),
  evaluatedAt: z.iso.datetime(),
  classifierSha256: sha256Schema,
  datasetSha256: sha256Schema,
  task: z.enum(TASKS),
  classNames: z.array(z.string()),
  testImages: count,
  /** Accuracy of always predicting the most frequent class of the test images. */
  majorityRate: share,
  /** Decides noise, starts and searches; the same in all runs that are compared. */
  seed: count,
  conditions: z.array(conditionScoresSchema).min(1),
  masking: z.array(maskingCheckSchema),
  /**
   * A safetensors file beside this one: `labels` int32 [N] or [N, L], and under each `conditionKey` the probabilities,
   * float32 [N, K]. Rows are the test images in the dataset's order.
   */
  predictionsFile: z.literal('predictions.safetensors'),
  seconds: z.number().min(0),
});

export type ConditionScores = z.infer<typeof conditionScoresSchema>;
export type MaskingCheck = z.infer<typeof maskingCheckSchema>;
export type EvaluationRecord = z.infer<typeof evaluationRecordSchema>;
