import { z } from 'zod';

import { mapRequestSchema } from '../protocol/explanationSchemas.ts';
import { sha256Schema } from './fieldSchemas.ts';

const share = z.number().min(0).max(1);

const changeSchema = z.strictObject({
  probs: z.array(share).min(1),
  flippedAt: z.int().min(0).optional(),
  l2: z.number().min(0),
  area: share,
});

/** All that a map depends on. */
export const mapIdentitySchema = z.strictObject({
  /** Of the arithmetic; maps of another one are not there. */
  version: z.int(),
  request: mapRequestSchema,
  classifierSha256: sha256Schema,
  /** Of adversarial maps: the autoencoder's, which may be that of another run. */
  autoencoderSha256: sha256Schema.optional(),
  /** Of the values that the classifier sees, float32 [C, H, W]. */
  imageSha256: sha256Schema,
});

/** A line of explanations/index.jsonl: one map, which lies beside it as `<key>.npy`, float32 [H, W]. */
export const mapRecordSchema = z.strictObject({
  /** SHA-256 of the identity. */
  key: sha256Schema,
  /** Of the .npy file. */
  sha256: sha256Schema,
  target: z.int().min(0),
  probability: share,
  /** The most probable class. */
  predicted: z.int().min(0).optional(),
  change: changeSchema.optional(),
  identity: mapIdentitySchema,
});

export type MapIdentity = z.infer<typeof mapIdentitySchema>;
export type MapRecord = z.infer<typeof mapRecordSchema>;
