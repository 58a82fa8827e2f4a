import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { readSafetensors } from '../../src/data/safetensors.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');

/** Stands for a tensor too large to store: sqrt(sum x_i^2) and sum x_i cos(i), i the row-major index from 0. */
export interface Digest {
  readonly norm: number;
  readonly cosDot: number;
}

/** Both precisions in which PyTorch ran a model; also the prefix of the tensors that it computed. */
export type Precision = 'float64' | 'float32';

/** Numbers that PyTorch computed, and the description of how; see test/parity/README.md. */
export class Fixture<D> {
  readonly description: D;
  readonly #name: string;
  readonly #tensors: ReadonlyMap<string, HostTensor>;

  constructor(name: string, description: D, tensors: ReadonlyMap<string, HostTensor>) {
    this.#name = name;
    this.description = description;
    this.#tensors = tensors;
  }

  /** One tensor; throws Error when the fixture has none of that name. */
  tensor(name: string): HostTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`fixture ${this.#name}: there is no tensor ${name}.`);
    return tensor;
  }

  /** The value of a tensor that holds a single one. */
  scalar(name: string): number {
    const { data } = this.tensor(name);
    if (data.length !== 1)
      throw new Error(`fixture ${this.#name}: ${name} has ${data.length} values, not one.`);
    return data[0];
  }

  /** All tensors named `<prefix>/...`, by the rest of their names; throws Error when there are none. */
  group(prefix: string): Map<string, HostTensor> {
    const start = `${prefix}/`;
    const members = [...this.#tensors].filter(([name]) => name.startsWith(start));
    if (members.length === 0) throw new Error(`fixture ${this.#name}: there is no tensor ${start}...`);
    return new Map(members.map(([name, tensor]) => [name.slice(start.length), tensor]));
  }
}

const digestSchema = z.object({ norm: z.number(), cosDot: z.number() });
const digestsSchema = z.record(z.string(), digestSchema);
const tensorNameSchema = z.string().nullable();

const opSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      op: z.string(),
      attrs: z.record(z.string(), z.union([z.number(), z.boolean(), z.array(z.number())])),
      inputs: z.array(z.string()),
      outputs: z.array(z.string()),
      /** null for an output that has no gradient, or whose gradient the case leaves out. */
      upstreams: z.array(tensorNameSchema),
      /** By input; null for one that is not float. */
      gradients: z.array(tensorNameSchema),
    }),
  ),
});

const resnetSchema = z.object({
  width: z.number(),
  channels: z.number(),
  numClasses: z.number(),
  imageSize: z.number(),
  parameterNames: z.array(z.string()),
  /** Parameters at width 64 with 1 channel and 2 classes. */
  fullSizeParameterCount: z.number(),
  dropoutGradients: z.object({ float64: digestsSchema, float32: digestsSchema }),
});

const networkSizeSchema = z.object({ width: z.number(), channels: z.number(), imageSize: z.number() });

const networkSchema = z.object({
  numClasses: z.number(),
  networks: z.record(
    z.enum(['densenet121', 'deit-tiny', 'deit-small-distilled']),
    networkSizeSchema.extend({
      /** Parameters at width 64 with the same channels and classes. */
      fullSizeParameterCount: z.number(),
      /** Of all parameters with more than one axis. */
      gradients: digestsSchema,
      runningVariances: digestsSchema,
    }),
  ),
  large: z.record(
    z.enum(['resnet18', 'densenet121', 'deit-tiny']),
    networkSizeSchema.extend({ stem: z.string(), gradient: digestSchema }),
  ),
  heads: z.object({ width: z.number(), kinds: z.array(z.enum(['simple', 'complex'])) }),
});

const optimizerRunSchema = z.object({
  /** Before each of the three steps. */
  losses: z.array(z.number()),
  /** After the third. */
  parameters: digestsSchema,
});

const optimizerSchema = z.object({
  sampledParameters: z.array(z.string()),
  optimizers: z.record(
    z.enum(['adam', 'adamw']),
    z.object({
      options: z.object({ learningRate: z.number(), weightDecay: z.number().optional() }),
      float64: optimizerRunSchema,
      float32: optimizerRunSchema,
    }),
  ),
});

const scheduleSchema = z.object({
  multiStep: z.object({
    baseLearningRate: z.number(),
    epochs: z.number(),
    milestones: z.array(z.number()),
    gamma: z.number(),
    learningRates: z.array(z.number()),
  }),
  cosineWithWarmup: z.object({
    baseLearningRate: z.number(),
    epochs: z.number(),
    warmupEpochs: z.number(),
    warmupLearningRate: z.number(),
    minLearningRate: z.number(),
    learningRates: z.array(z.number()),
  }),
});

const vqvaeSchema = z.object({
  sizes: z.object({
    channels: z.number(),
    hidden: z.number(),
    residualHidden: z.number(),
    latentChannels: z.number(),
    numCodes: z.number(),
  }),
  variance: z.number(),
  commitmentCost: z.number(),
  decay: z.number(),
  eps: z.number(),
  parameterNames: z.array(z.string()),
  /** At 3 channels and Sonnet's sizes. */
  fullSizeParameterCounts: z.object({ encoder: z.number(), decoder: z.number() }),
});

const latentStepSchema = z.object({
  numMcSamples: z.number(),
  learningRate: z.number(),
  steps: z.number(),
});

const uncertaintySchema = z.object({
  measures: z.array(z.enum(['mutualInformation', 'predictiveEntropy', 'expectedEntropy'])),
  cases: z.array(z.object({ name: z.string(), task: z.enum(['softmax', 'sigmoid']) })),
});

const relevanceSchema = z.object({
  percentiles: z.array(z.number()),
  imputationCases: z.array(z.string()),
  sigma: z.number(),
  curves: z.object({ insertion: z.number(), deletion: z.number() }),
  localisation: z.record(
    z.string(),
    z.object({ relevanceMass: z.number(), relevanceRank: z.number(), pointingGame: z.number() }),
  ),
  quantiles: z.object({ shares: z.array(z.number()), quantiles: z.array(z.number()) }),
});

const qualitySchema = z.object({
  sets: z.record(
    z.string(),
    z.object({
      frechet: z.number(),
      /** null for sets of different sizes. */
      kid: z.number().nullable(),
      /** By the number of neighbours: precision, recall, density, coverage. */
      coverage: z.record(z.string(), z.array(z.number()).length(4)),
      authentic: z.number(),
      /** Of each synthetic point the distance to its nearest real one. */
      nearest: z.array(z.number()),
    }),
  ),
  images: z.array(z.string()),
});

const saliencySchema = z.object({
  /** An entry an image; -1 for the predicted class. */
  targets: z.array(z.number()),
  methods: z.array(z.enum(['eigengradcam', 'gradcam', 'eigencam'])),
  networks: z.record(
    z.enum(['resnet18', 'resnet50', 'densenet121', 'deit-tiny', 'deit-small-distilled']),
    z.object({ channels: z.number(), imageSize: z.number(), layers: z.array(z.string()) }),
  ),
  numClasses: z.number(),
});

const attackSchema = z.object({
  numClasses: z.number(),
  sigma: z.number(),
  fgsmEps: z.array(z.number()),
  pgd: z.object({ eps: z.number(), stepSize: z.number(), steps: z.number() }),
});

const augmentationSchema = z.object({
  pixel: z.object({ steps: z.number(), learningRate: z.number(), gamma: z.number() }),
  fgsmStep: z.number(),
  numMcSamples: z.number(),
});

const pretrainedSchema = z.object({
  numClasses: z.number(),
  imageSize: z.number(),
  networks: z.record(z.enum(['resnet18', 'deit-tiny']), z.object({ width: z.number() })),
});

export type OpCase = z.infer<typeof opSchema>['cases'][number];

export const loadOps = () => load('ops', opSchema);
export const loadResnet = (name: 'resnet18' | 'resnet50') => load(name, resnetSchema);
export const loadNetworks = () => load('networks', networkSchema);
export const loadOptimizers = () => load('optimizers', optimizerSchema);
export const loadSchedules = () => loadDescription('schedules', scheduleSchema);
export const loadVqvae = () => load('vqvae', vqvaeSchema);
export const loadLatentStep = () => load('latentStep', latentStepSchema);
export const loadSaliency = () => load('saliency', saliencySchema);
export const loadUncertainty = () => load('uncertainty', uncertaintySchema);
export const loadAttacks = () => load('attacks', attackSchema);
export const loadAugmentation = () => load('augmentation', augmentationSchema);
export const loadPretrained = () => load('pretrained', pretrainedSchema);
export const loadRelevance = () => load('relevance', relevanceSchema);
export const loadQuality = () => load('quality', qualitySchema);

/** A state dict as it would be published. */
export const pretrainedFile = (network: 'resnet18' | 'deit-tiny') =>
  path.join(FIXTURES, `pretrained-${network}.safetensors`);

/** The same values in double precision, for the float64 reference device. */
export function toFloat64(tensor: HostTensor): HostTensor {
  return tensor.dtype === 'float32' ? { ...tensor, data: Float64Array.from(tensor.data) } : tensor;
}

export function digestOf({ data }: HostTensor): Digest {
  let squares = 0;
  let cosDot = 0;
  for (let index = 0; index < data.length; index++) {
    squares += data[index] ** 2;
    cosDot += data[index] * Math.cos(index);
  }
  return { norm: Math.sqrt(squares), cosDot };
}

async function load<D>(name: string, schema: z.ZodType<D>): Promise<Fixture<D>> {
  const { tensors } = await readSafetensors(path.join(FIXTURES, `${name}.safetensors`));
  return new Fixture(name, await loadDescription(name, schema), tensors);
}

async function loadDescription<D>(name: string, schema: z.ZodType<D>): Promise<D> {
  return schema.parse(JSON.parse(await readFile(path.join(FIXTURES, `${name}.json`), 'utf8')));
}
