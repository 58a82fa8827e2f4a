import { z } from 'zod';

import {
  MAX_ADVERSARIAL_STEPS,
  SALIENCY_METHODS,
  SALIENCY_SIGNS,
  type AdversarialChoices,
  type MapRequest,
  type SaliencyChoices,
} from './explanations.ts';

// Apart from the types, because pages need those, and not the library that checks them.

const targetSchema = z.union([z.enum(['predicted', 'label']), z.int().min(0)]);

export const saliencyChoicesSchema = z.strictObject({
  method: z.enum(SALIENCY_METHODS),
  sign: z.enum(SALIENCY_SIGNS),
  layer: z.string().regex(/^[A-Za-z0-9._]{1,64}$/),
  target: targetSchema,
}) satisfies z.ZodType<SaliencyChoices>;

export const adversarialChoicesSchema = z.strictObject({
  target: targetSchema,
  steps: z.int().min(1).max(MAX_ADVERSARIAL_STEPS),
  learningRate: z.number().positive().max(10),
}) satisfies z.ZodType<AdversarialChoices>;

export const mapRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saliency'), choices: saliencyChoicesSchema }),
  z.strictObject({ kind: z.literal('adversarial'), choices: adversarialChoicesSchema }),
]) satisfies z.ZodType<MapRequest>;
