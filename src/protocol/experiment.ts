import { z } from 'zod';
import {
  ARCHITECTURES,
  autoencoderSettingsSchema,
  classifierSettingsSchema,
  generateSettingsSchema,
  generationSettingsSchema,
  METHODS,
  MIXES,
  POOL_SAMPLES,
  PRESETS,
} from './settings.ts';
import { testConditionSchema } from './testConditions.ts';

const name = z.string().min(1).max(80);
const { fraction, seed, imageSize, count, precision } = generateSettingsSchema.shape;
const { data } = autoencoderSettingsSchema.shape;
const { fgsmStep, pixel } = generationSettingsSchema.shape;
const {
  pretrained: _resolved,
  architecture,
  head,
  recipe,
  validation,
  ...classifierShape
} = classifierSettingsSchema.shape;

/**
 * A `.safetensors` file or a run's folder, relative to the experiment's file; for a grid of several architectures one of
 * each, where those that are not named start from nothing.
 */
const pretrainedSpecSchema = z.union([
  z.string().min(1),
  z.partialRecord(z.enum(ARCHITECTURES), z.string().min(1)),
]);

/**
 * Settings that a file changes of its preset's. Defaults are taken off: they would come in where a field is absent, and
 * reset what the preset or the file says. Paths become hashes when the file is resolved.
 */
const overridesShape = {
  precision,
  autoencoder: autoencoderSettingsSchema.extend({ data: data.unwrap() }).partial().exactOptional(),
  classifier: z
    .strictObject({
      ...classifierShape,
      head: head.unwrap(),
      recipe: recipe.unwrap(),
      validation: validation.unwrap(),
      pretrained: pretrainedSpecSchema,
    })
    .partial()
    .exactOptional(),
  generation: generationSettingsSchema
    .extend({ fgsmStep: fgsmStep.unwrap(), pixel: pixel.unwrap() })
    .partial()
    .exactOptional(),
};

/** The same where no grid of architectures says which: the first of the grid's unless given. */
const poolOverridesShape = {
  ...overridesShape,
  classifier: overridesShape.classifier.unwrap().extend({ architecture }).partial().exactOptional(),
};

/** Where synthetic images come from: one of three. Paths are relative to the experiment's file. */
const poolSpecSchema = z.union([
  /** Class folders, an archive or a list from any generator, or a curated export. */
  z.strictObject({ path: z.string().min(1) }),
  /** Samples of a finished run. */
  z.strictObject({ run: z.string().min(1), samples: z.enum(POOL_SAMPLES).default('all') }),
  /** A run made for each dataset, fraction and seed, from the training images that the cell sees. */
  z.strictObject({
    generate: z.strictObject({
      method: z.enum(METHODS),
      /** Samples for each real image that the cell trains on. */
      ratio: z.number().positive().max(100),
      ...poolOverridesShape,
    }),
  }),
]);

const filterSpecSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('selective'), maxPerClass: z.int().min(1).exactOptional() }),
  z.strictObject({
    kind: z.literal('uncertain-band'),
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
  }),
]);

const armSchema = z.strictObject({
  /** As tables call it; its method's when absent. */
  name: name.exactOptional(),
  method: z.enum(METHODS).default('baseline'),
  mix: z.enum(MIXES).default('real'),
  /** One of `pools`; all mixes but `real` need one. */
  pool: name.exactOptional(),
  filter: filterSpecSchema.exactOptional(),
  ratio: z.number().positive().exactOptional(),
  ...overridesShape,
});

const strengths = z.array(z.number().min(0).max(1));

/** In 255ths, as the literature gives it. Less than a quarter of a grey level is a strength in [0, 1] by mistake. */
const grayLevels = z
  .number()
  .min(0)
  .max(255)
  .refine((value) => value === 0 || value >= 0.25, 'strengths of attacks are in 255ths: 8 stands for 8/255');

/** A grid of dataset x fraction x architecture x arm x seed, as a person writes it in YAML. */
export const experimentFileSchema = z.strictObject({
  title: name,
  /** What it is to show, in the report as it stands. */
  description: z.string().exactOptional(),
  /** Paths relative to the file or to the folder of datasets (`data` of the plan); `phantoms` is the drawn one. */
  datasets: z.array(z.string().min(1)).min(1),
  fractions: z.array(fraction).min(1).default([1]),
  architectures: z.array(z.enum(ARCHITECTURES)).min(1).default(['resnet18']),
  seeds: z.array(seed).min(1),
  preset: z.enum(PRESETS),
  imageSize: imageSize.unwrap().exactOptional(),
  /** Draws splits where a dataset has none: the same for all cells, which share their test images; 0 when absent. */
  splitSeed: seed.exactOptional(),
  /** Draws the images of a fraction, the same for all seeds; each cell's own seed when absent. */
  subsetSeed: seed.exactOptional(),
  /** Samples that each cell makes for looking at. */
  count: count.default(0),
  ...overridesShape,
  pools: z.record(name, poolSpecSchema).default({}),
  /** What is different in the independent classifiers that filters judge by. */
  judge: z.strictObject(poolOverridesShape).exactOptional(),
  /** A method's name stands for the arm with that method. The first one is what the others are compared with. */
  arms: z.array(z.union([z.enum(METHODS), armSchema])).min(1),
  evaluation: z
    .strictObject({
      /** Sigma of Gaussian noise. */
      noise: strengths.default([0.04, 0.08, 0.12, 0.18, 0.26, 0.5]),
      fgsm: z.array(grayLevels).default([1, 2, 4, 8, 16]),
      pgd: z.array(grayLevels).default([1, 2, 4, 8, 16]),
      pgdSteps: z.int().min(1).max(10_000).default(20),
      restarts: z.int().min(1).max(100).default(1),
      /** Conditions of the table of three, beside `clean`; fixed before anything is run. */
      headlineNoise: z.number().min(0).max(1).default(0.12),
      headlineEps: grayLevels.default(8),
      /** Whether the first seed of every arm is checked for masked gradients, which takes longer. */
      masking: z.boolean().default(true),
    })
    .prefault({}),
});

export type OverridesSpec = Pick<ArmSpec, 'autoencoder' | 'classifier' | 'generation' | 'precision'>;
export type PretrainedSpec = z.infer<typeof pretrainedSpecSchema>;
export type PoolSpec = z.infer<typeof poolSpecSchema>;
export type FilterSpec = z.infer<typeof filterSpecSchema>;
export type ArmSpec = z.infer<typeof armSchema>;
export type ExperimentFile = z.infer<typeof experimentFileSchema>;

/** experiment.json in an experiment's folder: what was planned, written before anything is run. */
export const experimentPlanSchema = z.strictObject({
  formatVersion: z.literal(1),
  title: name,
  createdAt: z.iso.datetime(),
  versions: z.strictObject({ tsynd: z.string(), node: z.string(), onnxruntime: z.string() }),
  device: z.strictObject({ name: z.string(), description: z.string(), threads: z.int().min(1) }),
  file: experimentFileSchema,
  /** The file as it was written, comments included. */
  yaml: z.string(),
  /** The folder of the file, which its paths are relative to. */
  base: z.string().exactOptional(),
  /** Where datasets are that do not lie beside the file; `--data` on the command line. */
  data: z.string().exactOptional(),
  conditions: z.array(testConditionSchema),
  /** Keys of the conditions of the table of three. */
  headline: z.array(z.string()),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      path: z.string(),
      sha256: z.string(),
      task: z.string(),
      classNames: z.array(z.string()),
      imageSize: z.int(),
      counts: z.strictObject({ train: z.int(), val: z.int(), test: z.int() }),
      /** Images of each class (or label) in each split. */
      classCounts: z.strictObject({
        train: z.array(z.int()),
        val: z.array(z.int()),
        test: z.array(z.int()),
      }),
    }),
  ),
  cells: z.array(
    z.strictObject({
      /** Name of the cell's folder in `cells`; a run's folder once it is begun. */
      id: z.string().min(1),
      dataset: z.string(),
      fraction,
      architecture: z.enum(ARCHITECTURES),
      arm: name,
      seed,
    }),
  ),
});

export type ExperimentPlan = z.infer<typeof experimentPlanSchema>;
export type ExperimentCell = ExperimentPlan['cells'][number];
