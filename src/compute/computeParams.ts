import { z } from 'zod';
import type { ComputeApi } from '../protocol/computeApi.ts';
import type { GenerateChoices } from '../protocol/generateChoices.ts';
import {
  DEVICE_NAMES,
  generateSettingsSchema,
  generationSettingsSchema,
  METHODS,
  PRESETS,
} from '../protocol/settings.ts';
import { absolutePath, imageRef, type ParamSchemas } from './paramSchemas.ts';

const { count, seed, fraction, imageSize } = generateSettingsSchema.shape;

const choices: z.ZodType<GenerateChoices> = z.strictObject({
  method: z.enum(METHODS),
  preset: z.enum(PRESETS),
  count: count.exactOptional(),
  steps: generationSettingsSchema.shape.steps.exactOptional(),
  seed,
  fraction,
  imageSize: imageSize.unwrap().exactOptional(),
  skipUnreadable: z.literal(true).exactOptional(),
});

export const COMPUTE_PARAMS: ParamSchemas<ComputeApi> = {
  'devices/survey': z.null(),
  'run/generate': z.strictObject({
    datasetPath: absolutePath,
    choices,
    device: z.enum(DEVICE_NAMES),
    threads: z.int().min(1).optional(),
    out: absolutePath,
  }),
  'run/resume': z.strictObject({ run: absolutePath, datasetPath: absolutePath.optional() }),
  'image/predict': z.strictObject({ run: absolutePath, image: imageRef }),
};
