import { z } from 'zod';

import { isLatentMethod } from './methods.ts';
import {
  classifierSettingsSchema,
  generateSettingsSchema,
  generationSettingsSchema,
  METHODS,
  PRESET_SETTINGS,
  PRESETS,
  trainingSetSettingsSchema,
  poolSettingsSchema,
  type Architecture,
  type GenerateSettings,
  type Head,
  type Method,
  type Mix,
  type PoolSamples,
  type Precision,
  type Preset,
} from './settings.ts';
import type { SourceSpecs } from './sourceSpecs.ts';

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
  readonly architecture?: Architecture;
  readonly head?: Head;
  /** A `.safetensors` file or a run's folder with weights to start from. */
  readonly pretrained?: string;
  /** Synthetic images to train on: a run's folder or a dataset. */
  readonly pool?: string;
  /** Of a run's folder: what was decided about them. */
  readonly samples?: PoolSamples;
  /** Real and synthetic at once where a pool is given and nothing else is said. */
  readonly mix?: Mix;
  /** Synthetic images for each real one. */
  readonly ratio?: number;
  /** Single when absent. */
  readonly precision?: Precision;
}

const { count, seed, fraction, imageSize, precision } = generateSettingsSchema.shape;
const { architecture, head } = classifierSettingsSchema.shape;
const { mix, ratio } = trainingSetSettingsSchema.shape;

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
  architecture: architecture.exactOptional(),
  head: head.unwrap().exactOptional(),
  pretrained: z.string().min(1).exactOptional(),
  pool: z.string().min(1).exactOptional(),
  samples: poolSettingsSchema.shape.samples.unwrap().exactOptional(),
  mix: mix.exactOptional(),
  ratio,
  precision,
}) satisfies z.ZodType<GenerateChoices>;

/** Settings without their sources, which are read and hashed where the run starts; see `sourcesOf`. */
export function makeSettings(choices: GenerateChoices): GenerateSettings {
  const { method, preset, count, steps, seed, fraction, imageSize, skipUnreadable = false } = choices;
  const { autoencoder, classifier, generation } = PRESET_SETTINGS[preset];
  return {
    preset,
    method,
    count: count ?? (isLatentMethod(method) ? DEFAULT_COUNT : 0),
    seed,
    fraction,
    ...(imageSize === undefined ? {} : { imageSize }),
    skipUnreadable,
    ...(choices.precision === 'float16' ? { precision: choices.precision } : {}),
    autoencoder,
    classifier: {
      ...classifier,
      architecture: choices.architecture ?? classifier.architecture,
      head: choices.head ?? classifier.head,
    },
    generation: { ...generation, steps: steps ?? generation.steps },
  };
}

/** The files and folders among the choices; absent where there are none. */
export function sourcesOf({ pretrained, pool, samples, mix, ratio }: GenerateChoices): SourceSpecs {
  const isMixed = [pool, mix, samples, ratio].some((choice) => choice !== undefined);
  return {
    pretrained,
    ...(isMixed && {
      trainingSet: {
        mix: mix ?? 'real-and-synthetic',
        pool: pool === undefined ? undefined : { path: pool, samples },
        ratio,
      },
    }),
  };
}
