import { z } from 'zod';

import { adversarialChoicesSchema, saliencyChoicesSchema } from '../protocol/explanationSchemas.ts';
import { ADVERSARIAL_SCORES, SALIENCY_SCORES, type RelevanceReport } from '../protocol/relevance.ts';
import { SCORED_SPLITS } from '../protocol/scoreTable.ts';
import { sha256Schema } from './fieldSchemas.ts';

const count = z.int().min(0);

const estimateSchema = z.strictObject({
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  images: z.int().min(1),
});

const saliency = z.partialRecord(z.enum(SALIENCY_SCORES), estimateSchema);
const adversarial = z.partialRecord(z.enum(ADVERSARIAL_SCORES), estimateSchema);

/** A file of `explanations/relevance/`: what was measured of a run at one time. */
export const relevanceReportSchema = z.strictObject({
  run: z.string().min(1),
  measuredAt: z.iso.datetime(),
  split: z.enum(SCORED_SPLITS),
  images: count,
  masked: count,
  maskArea: z.number().min(0).max(1).optional(),
  massInOtherMasks: z.number().min(0).max(1).optional(),
  classifierSha256: sha256Schema,
  datasetSha256: sha256Schema,
  autoencoder: z.strictObject({ run: z.string().min(1), sha256: sha256Schema }).optional(),
  seed: count,
  bootstrapSamples: z.int().min(1),
  saliencyChoices: saliencyChoicesSchema,
  adversarialChoices: adversarialChoicesSchema,
  saliency,
  adversarial,
  against: z.strictObject({ run: z.string().min(1), saliency, adversarial }).optional(),
}) satisfies z.ZodType<RelevanceReport>;
