import { z } from 'zod';

/** The network that is trained. */
export const trainingStageSchema = z.enum(['autoencoder', 'classifier']);

/** A line of metrics.jsonl: one epoch on one split. Test images are never measured during a run. */
export const metricsLineSchema = z.strictObject({
  stage: trainingStageSchema,
  split: z.enum(['train', 'val']),
  /** Counted from 1. */
  epoch: z.int().min(1),
  /** Mean of the optimised loss; cross-entropy in nats for classifiers. */
  loss: z.number(),
  accuracy: z.number().min(0).max(1).optional(),
  balancedAccuracy: z.number().min(0).max(1).optional(),
  /** Absent where it is undefined, since a class has no image. */
  auroc: z.number().min(0).max(1).optional(),
  /** Mean squared error of autoencoders, over the variance of the training images. */
  reconstructionLoss: z.number().min(0).optional(),
  commitmentLoss: z.number().min(0).optional(),
  /** Effective number of codes in use: the exponential of the entropy of their frequencies. */
  perplexity: z.number().min(0).optional(),
  learningRate: z.number().min(0),
  /** Since the stage began, without interruptions. */
  secondsElapsed: z.number().min(0),
});

export type MetricsLine = z.infer<typeof metricsLineSchema>;
