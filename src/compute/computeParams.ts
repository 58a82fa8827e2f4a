import { z } from 'zod';
import type { ComputeApi } from '../protocol/computeApi.ts';
import {
  adversarialChoicesSchema,
  mapRequestSchema,
  saliencyChoicesSchema,
} from '../protocol/explanationSchemas.ts';
import { generateChoicesSchema } from '../protocol/generateChoices.ts';
import { SCORED_SPLITS } from '../protocol/scoreTable.ts';
import { DEVICE_CHOICES } from '../protocol/settings.ts';
import { absolutePath, imageRef, type ParamSchemas } from './paramSchemas.ts';

/** Of one request for maps, far more than a page shows at once. */
const MAX_IMAGES = 4096;

export const COMPUTE_PARAMS: ParamSchemas<ComputeApi> = {
  'run/generate': z.strictObject({
    datasetPath: absolutePath,
    choices: generateChoicesSchema,
    device: z.enum(DEVICE_CHOICES),
    threads: z.int().min(1).optional(),
    out: absolutePath,
  }),
  'run/resume': z.strictObject({ run: absolutePath, datasetPath: absolutePath.optional() }),
  'experiment/run': z.strictObject({
    path: absolutePath,
    out: absolutePath.optional(),
    device: z.enum(DEVICE_CHOICES),
    threads: z.int().min(1).optional(),
  }),
  'dataset/score': z.strictObject({
    run: absolutePath,
    datasetPath: absolutePath,
    splits: z.array(z.enum(SCORED_SPLITS)).min(1),
  }),
  'explain/maps': z.strictObject({
    run: absolutePath,
    comparedWith: absolutePath.optional(),
    images: z.array(imageRef).max(MAX_IMAGES),
    request: mapRequestSchema,
  }),
  'explain/adversarial': z.strictObject({
    run: absolutePath,
    comparedWith: absolutePath.optional(),
    image: imageRef,
    choices: adversarialChoicesSchema,
  }),
  'explain/relevance': z.strictObject({
    run: absolutePath,
    against: absolutePath.optional(),
    split: z.enum(SCORED_SPLITS),
    limit: z.int().min(1).optional(),
    saliency: saliencyChoicesSchema,
    adversarial: adversarialChoicesSchema,
  }),
  'image/predict': z.strictObject({ run: absolutePath, image: imageRef }),
};
