import { z } from 'zod';

import {
  generateSettingsSchema,
  generationSettingsSchema,
  METHODS,
  PRESET_SETTINGS,
  PRESETS,
  type GenerateSettings,
  type Method,
  type Preset,
} from './settings.ts';

export const DEFAULT_OUT = '.tsynd/runs';
export const DEFAULT_COUNT = 64;

/** What a person chooses, on the command line or in the editor; the preset decides the rest. */
export interface GenerateChoices {
  readonly method: Method;
  readonly preset: Preset;
  readonly count?: number;
  readonly steps?: number;
  readonly seed: number;
  readonly fraction: number;
  readonly imageSize?: number;
  readonly skipUnreadable?: true;
}

const { count, seed, fraction, imageSize } = generateSettingsSchema.shape;

/** Choices as they come from another process or from an earlier window. */
export const generateChoicesSchema = z.strictObject({
  method: z.enum(METHODS),
  preset: z.enum(PRESETS),
  count: count.exactOptional(),
  steps: generationSettingsSchema.shape.steps.exactOptional(),
  seed,
  fraction,
  imageSize: imageSize.unwrap().exactOptional(),
  skipUnreadable: z.literal(true).exactOptional(),
}) satisfies z.ZodType<GenerateChoices>;

export function makeSettings(choices: GenerateChoices): GenerateSettings {
  const { method, preset, count, steps, seed, fraction, imageSize, skipUnreadable = false } = choices;
  const { autoencoder, classifier, generation } = PRESET_SETTINGS[preset];
  return {
    preset,
    method,
    count: count ?? (method === 'baseline' ? 0 : DEFAULT_COUNT),
    seed,
    fraction,
    ...(imageSize === undefined ? {} : { imageSize }),
    skipUnreadable,
    autoencoder,
    classifier,
    generation: { ...generation, steps: steps ?? generation.steps },
  };
}
