import { z } from 'zod';
import type { ComputeApi } from '../protocol/computeApi.ts';
import { generateChoicesSchema } from '../protocol/generateChoices.ts';
import { DEVICE_NAMES } from '../protocol/settings.ts';
import { absolutePath, imageRef, type ParamSchemas } from './paramSchemas.ts';

export const COMPUTE_PARAMS: ParamSchemas<ComputeApi> = {
  'devices/survey': z.null(),
  'run/generate': z.strictObject({
    datasetPath: absolutePath,
    choices: generateChoicesSchema,
    device: z.enum(DEVICE_NAMES),
    threads: z.int().min(1).optional(),
    out: absolutePath,
  }),
  'run/resume': z.strictObject({ run: absolutePath, datasetPath: absolutePath.optional() }),
  'image/predict': z.strictObject({ run: absolutePath, image: imageRef }),
};
