import { z } from 'zod';
import { DEVICE_NAMES } from './devices.ts';
import { METHODS } from './methods.ts';

export {
  LATENT_METHODS,
  METHODS,
  PLAIN_METHODS,
  type LatentMethod,
  type Method,
  type PlainMethod,
} from './methods.ts';

/** `-distilled` has a second token with a head of its own (DeiT, arXiv 2012.12877). */
export const ARCHITECTURES = [
  'resnet18',
  'resnet50',
  'densenet121',
  'deit-tiny',
  'deit-small',
  'deit-tiny-distilled',
  'deit-small-distilled',
] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What follows the pooled features: one linear layer, or two or four with dropout between them. */
export const HEADS = ['default', 'simple', 'complex'] as const;
export type Head = (typeof HEADS)[number];

/**
 * Optimiser and schedule. `medmnist`: Adam, a tenth of the rate after half and again after three quarters of the
 * epochs. `deit`: AdamW with weight decay 0.05, five epochs of linear warm-up, then half a cosine.
 */
export const RECIPES = ['medmnist', 'deit'] as const;
export type Recipe = (typeof RECIPES)[number];

/** What a classifier is trained on: real images, synthetic ones from a pool, both at once, or one after the other. */
export const MIXES = [
  'real',
  'synthetic',
  'real-and-synthetic',
  'real-then-synthetic',
  'synthetic-then-real',
] as const;
export type Mix = (typeof MIXES)[number];

/** Samples of a run by what was decided about them. */
export const POOL_SAMPLES = ['all', 'accepted', 'rejected'] as const;
export type PoolSamples = (typeof POOL_SAMPLES)[number];

export const PRESETS = ['quick', 'paper'] as const;
export type Preset = (typeof PRESETS)[number];

/** `auto`, or a device by name. */
export const DEVICE_CHOICES = ['auto', ...DEVICE_NAMES] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** `float16`: weights, activations and their products in half precision; sums, statistics, losses and optimisers in single. */
export const PRECISIONS = ['float32', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];

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
  /** Images that it is trained on: all training images, without labels, or only those whose labels are seen. */
  data: z.enum(['all', 'subset']).default('all'),
});

/** A file or folder, and the SHA-256 of what was read of it: resuming refuses another content. */
const sourceSchema = z.strictObject({ path: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const poolSettingsSchema = z.strictObject({
  /** A run's folder, or a dataset whose training images (of a curated export, the synthetic ones) are the pool. */
  path: z.string().min(1),
  /** Of a run's folder only. */
  samples: z.enum(POOL_SAMPLES).default('all'),
  /** Over the pixels and labels of the pool's images, in order. */
  sha256: sourceSchema.shape.sha256,
});

/**
 * Which images of a pool are used. The judge is the finished run of an independent classifier, trained on real images.
 * `selective`: the nearest class centroid of real images in the judge's feature space must be the label, the closest
 * first, at most `maxPerClass` a class. `uncertain-band`: the judge predicts the label, and its mutual information lies
 * between two quantiles of the pool's.
 */
const filterSettingsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('selective'), judge: sourceSchema, maxPerClass: count.exactOptional() }),
  z.strictObject({
    kind: z.literal('uncertain-band'),
    judge: sourceSchema,
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
  }),
]);

export const trainingSetSettingsSchema = z.strictObject({
  mix: z.enum(MIXES),
  /** All mixes but `real` need one. */
  pool: poolSettingsSchema.exactOptional(),
  filter: filterSettingsSchema.exactOptional(),
  /** Synthetic images for each real one, in the real classes' proportions; all of the pool when absent. */
  ratio: z.number().positive().exactOptional(),
});

export const classifierSettingsSchema = z.strictObject({
  architecture: z.enum(ARCHITECTURES),
  head: z.enum(HEADS).default('default'),
  /** Scale of the network: 64 in the published ones (channels of a ResNet's first stage, features of a DeiT's head). */
  width: count,
  /** Probability of dropping an input of the head's layers, in training and for the masks of mutual information. */
  dropout: z.number().min(0).lt(1),
  /** A number of epochs, or as many as it takes to make a number of optimiser steps. */
  duration: z.union([z.strictObject({ epochs: count }), z.strictObject({ updates: count })]),
  batchSize: z.int().min(2),
  learningRate: rate,
  recipe: z.enum(RECIPES).default('medmnist'),
  /** Weights to start from: a `.safetensors` file by torchvision's or timm's names, or a run's checkpoint. */
  pretrained: sourceSchema.exactOptional(),
  /** Rate of the second part of a training set that has two; `learningRate` when absent. */
  fineTuneRate: rate.exactOptional(),
  /** Validation images that choose the epoch: all, or as small a share as the training images (`fraction`). */
  validation: z.enum(['full', 'fraction']).default('full'),
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
  /** Largest change of a latent by optimisation, in standard deviations of its channel; unbounded when absent. */
  maxChange: rate.exactOptional(),
  /** Step of `latent-fgsm`, in standard deviations of each latent channel. */
  fgsmStep: rate.default(0.3),
  /** Of `pixel-adversarial`, with Volpi et al.'s values. */
  pixel: z
    .strictObject({ steps: count, learningRate: rate, gamma: z.number().min(0) })
    .default({ steps: 15, learningRate: 1, gamma: 1 }),
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
  /** Draws splits where the dataset has none; `seed` when absent. Runs that are compared need the same test images. */
  splitSeed: z.int().min(0).exactOptional(),
  /** Draws the images whose labels the classifier sees; `seed` when absent. */
  subsetSeed: z.int().min(0).exactOptional(),
  /** How large tensors are held and multiplied; `float32` when absent. The processor gains nothing by `float16`. */
  precision: z.enum(PRECISIONS).exactOptional(),
  autoencoder: autoencoderSettingsSchema,
  classifier: classifierSettingsSchema,
  generation: generationSettingsSchema,
  /** Real images alone when absent. */
  trainingSet: trainingSetSettingsSchema.exactOptional(),
});

export type AutoencoderSettings = z.infer<typeof autoencoderSettingsSchema>;
export type ClassifierSettings = z.infer<typeof classifierSettingsSchema>;
export type GenerationSettings = z.infer<typeof generationSettingsSchema>;
export type PoolSettings = z.infer<typeof poolSettingsSchema>;
export type FilterSettings = z.infer<typeof filterSettingsSchema>;
export type TrainingSetSettings = z.infer<typeof trainingSetSettingsSchema>;
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
      data: 'all',
    },
    classifier: {
      architecture: 'resnet18',
      head: 'default',
      width: 16,
      dropout: 0.5,
      duration: { updates: 120 },
      batchSize: 64,
      learningRate: 1e-3,
      recipe: 'medmnist',
      validation: 'full',
    },
    generation: {
      steps: 5,
      learningRate: 0.01,
      noise: 0.1,
      numMcSamples: 20,
      batchSize: 64,
      fgsmStep: 0.3,
      pixel: { steps: 15, learningRate: 1, gamma: 1 },
    },
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
      data: 'all',
    },
    classifier: {
      architecture: 'resnet18',
      head: 'default',
      width: 64,
      dropout: 0.5,
      duration: { epochs: 100 },
      batchSize: 128,
      learningRate: 1e-3,
      recipe: 'medmnist',
      validation: 'full',
    },
    generation: {
      steps: 10,
      learningRate: 0.01,
      noise: 0.1,
      numMcSamples: 20,
      batchSize: 64,
      fgsmStep: 0.3,
      pixel: { steps: 15, learningRate: 1, gamma: 1 },
    },
  },
};
