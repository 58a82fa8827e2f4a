import { z } from 'zod';

/** How training and generation treat the synthetic half of a batch. */
export const METHODS = ['baseline', 'reconstruction', 'noise', 'entropy', 'mi', 'cross-entropy'] as const;
export type Method = (typeof METHODS)[number];

export const PRESETS = ['quick', 'paper'] as const;
export type Preset = (typeof PRESETS)[number];

export const DEVICE_NAMES = ['auto', 'cpu', 'webgpu'] as const;
export type DeviceChoice = (typeof DEVICE_NAMES)[number];

const count = z.int().min(1);
const rate = z.number().positive();

export const autoencoderSettingsSchema = z.strictObject({
  hidden: count,
  residualHidden: count,
  residualLayers: z.int().min(0),
  latentChannels: count,
  codes: z.int().min(2),
  /** Optimiser steps; rounded up to whole epochs. */
  updates: count,
  batchSize: count,
  learningRate: rate,
  /** Weight of the commitment loss (beta). */
  commitment: z.number().min(0),
  /** Weight of the mean absolute error beside the mean squared one. */
  absoluteError: z.number().min(0),
  /** Decay of the codebook's moving averages. */
  decay: z.number().min(0).max(1),
  /** A code used less often than this a batch starts anew; 0 turns that off. */
  deadBelow: z.number().min(0),
});

export const classifierSettingsSchema = z.strictObject({
  architecture: z.enum(['resnet18', 'resnet50']),
  /** Channels of the first stage. */
  width: count,
  /** Probability of dropping a pooled feature, in training and for the masks of mutual information. */
  dropout: z.number().min(0).lt(1),
  /** A number of epochs, or as many as it takes to make a number of optimiser steps. */
  duration: z.union([z.strictObject({ epochs: count }), z.strictObject({ updates: count })]),
  batchSize: z.int().min(2),
  learningRate: rate,
});

export const generationSettingsSchema = z.strictObject({
  /** Optimisation steps of a latent (T). */
  steps: z.int().min(0),
  learningRate: rate,
  /** Half-width of the uniform latent noise, in standard deviations of each latent channel. */
  noise: z.number().min(0),
  /** Dropout masks (S). */
  numMcSamples: count,
  batchSize: count,
});

/** Everything that decides the bytes of a run, beside the dataset, the device and its number of threads. */
export const generateSettingsSchema = z.strictObject({
  preset: z.enum(PRESETS),
  method: z.enum(METHODS),
  /** Synthetic images to make. */
  count: z.int().min(0),
  seed: z.int().min(0),
  /** Share of the training images whose labels the classifier sees. */
  fraction: z.number().positive().max(1),
  /** Side of the images in pixels; the dataset's own when absent. */
  imageSize: z.int().min(8).optional(),
  skipUnreadable: z.boolean(),
  autoencoder: autoencoderSettingsSchema,
  classifier: classifierSettingsSchema,
  generation: generationSettingsSchema,
});

export type AutoencoderSettings = z.infer<typeof autoencoderSettingsSchema>;
export type ClassifierSettings = z.infer<typeof classifierSettingsSchema>;
export type GenerationSettings = z.infer<typeof generationSettingsSchema>;
export type GenerateSettings = z.infer<typeof generateSettingsSchema>;

type PresetSettings = Pick<GenerateSettings, 'autoencoder' | 'classifier' | 'generation'>;

/**
 * `paper`: the paper's and MedMNIST's settings, and for what they leave open Sonnet's VQ-VAE example and the values
 * that the literature supports best. `quick`: the same on networks a quarter as wide, for minutes on two cores.
 */
export const PRESET_SETTINGS: Readonly<Record<Preset, PresetSettings>> = {
  quick: {
    autoencoder: {
      hidden: 64,
      residualHidden: 16,
      residualLayers: 2,
      latentChannels: 32,
      codes: 256,
      updates: 900,
      batchSize: 32,
      learningRate: 1e-3,
      commitment: 0.25,
      absoluteError: 1,
      decay: 0.99,
      deadBelow: 0.1,
    },
    classifier: {
      architecture: 'resnet18',
      width: 16,
      dropout: 0.5,
      duration: { updates: 120 },
      batchSize: 64,
      learningRate: 1e-3,
    },
    generation: { steps: 5, learningRate: 0.01, noise: 0.1, numMcSamples: 20, batchSize: 64 },
  },
  paper: {
    autoencoder: {
      hidden: 128,
      residualHidden: 32,
      residualLayers: 2,
      latentChannels: 64,
      codes: 512,
      updates: 10_000,
      batchSize: 32,
      learningRate: 3e-4,
      commitment: 0.25,
      absoluteError: 1,
      decay: 0.99,
      deadBelow: 0.1,
    },
    classifier: {
      architecture: 'resnet18',
      width: 64,
      dropout: 0.5,
      duration: { epochs: 100 },
      batchSize: 128,
      learningRate: 1e-3,
    },
    generation: { steps: 10, learningRate: 0.01, noise: 0.1, numMcSamples: 20, batchSize: 64 },
  },
};
