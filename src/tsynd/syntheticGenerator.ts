import type { CompileOptions, Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { uniforms, type RandomKey } from '../engine/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { ClassifierConfig } from '../models/classifier.ts';
import { gradientScaleOf } from '../nn/inputGradients.ts';
import type { ModelState } from '../nn/modelState.ts';
import {
  AUTOENCODER_PREFIX,
  CLASSIFIER_PREFIX,
  latentShape,
  traceDecoding,
  traceEncoding,
  type LatentBatchConfig,
} from './latentPrograms.ts';
import { traceLatentFgsm } from './latentFgsm.ts';
import { LatentOptimizer } from './latentOptimizer.ts';
import type { Objective } from './objective.ts';
import type { Likelihood } from './uncertainty.ts';

/**
 * How synthetic images are made from a parent's latent: as it is, with noise, by one step of `traceLatentFgsm`, or by
 * the optimisation of an objective, which starts from the noisy one.
 */
export type SyntheticMethod = 'reconstruction' | 'noise' | 'latent-fgsm' | Objective;

export interface GeneratorConfig extends LatentBatchConfig {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  readonly method: SyntheticMethod;
  /** Optimisation steps (T) of the objectives. */
  readonly steps: number;
  /** Adam's rate on the latent. */
  readonly learningRate: number;
  /** Half-width of the uniform noise, in standard deviations of each latent channel. */
  readonly noise: number;
  /** Dropout masks (S). */
  readonly numMcSamples: number;
  /** Largest change by the objectives and `latent-fgsm`, in standard deviations of each latent channel. */
  readonly maxChange?: number | undefined;
  /** Step of `latent-fgsm`, in the same unit. */
  readonly fgsmStep: number;
}

/** A trained autoencoder, and the standard deviation of each channel of its latents over the training images. */
export interface TrainedAutoencoder {
  readonly state: ModelState;
  /** `[D]` */
  readonly latentDeviation: Float32Array;
}

export interface SyntheticBatch {
  /** Quantised latents of the parents, `[N, D, h, w]`. */
  readonly parentLatents: DeviceTensor;
  /** Latents of the synthetic images. */
  readonly latents: DeviceTensor;
  /** `[N, C, H, W]` in [0, 1]. */
  readonly images: DeviceTensor;
}

export interface ParentBatch {
  /** `[N, C, H, W]` in [0, 1]. */
  readonly images: HostTensor;
  readonly labels: HostTensor;
  /** One key an image, which decides its noise. */
  readonly noiseKeys: readonly RandomKey[];
}

/** Whether the method optimises latents step by step. */
export function isObjective(method: SyntheticMethod): method is Objective {
  return method === 'mi' || method === 'entropy' || method === 'cross-entropy';
}

/** Whether the method starts from a latent with noise. */
export function addsNoise(method: SyntheticMethod): boolean {
  return method === 'noise' || isObjective(method);
}

/** The step of `latent-fgsm`: one step from the parent's latent is within a bound if it is no longer than that. */
export function boundedFgsmStep({
  fgsmStep,
  maxChange = fgsmStep,
}: Pick<GeneratorConfig, 'fgsmStep' | 'maxChange'>): number {
  return Math.min(fgsmStep, maxChange);
}

interface GeneratorPrograms {
  readonly encoder: Program;
  readonly decoder: Program;
  /** What moves a latent by the classifier's gradient: an optimiser, or the program of a single step. */
  readonly mover: LatentOptimizer | Program | undefined;
}

/** Makes synthetic images for batches of one size: encode, add noise, optimise, decode (paper, section 3.2). */
export class SyntheticGenerator {
  private readonly device: Device;
  private readonly config: GeneratorConfig;
  private readonly programs: GeneratorPrograms;
  private readonly noiseScale: DeviceTensor;
  private readonly deviation: DeviceTensor;

  private constructor(
    device: Device,
    config: GeneratorConfig,
    programs: GeneratorPrograms,
    scales: { readonly noise: DeviceTensor; readonly deviation: DeviceTensor },
  ) {
    this.device = device;
    this.config = config;
    this.programs = programs;
    this.noiseScale = scales.noise;
    this.deviation = scales.deviation;
  }

  /** @param classifier its tensors where they stay fixed while this generator lives; otherwise every call names them */
  static async create(
    device: Device,
    config: GeneratorConfig,
    autoencoder: TrainedAutoencoder,
    classifier: ModelState = new Map(),
  ): Promise<SyntheticGenerator> {
    const baked = new Map<string, HostTensor>();
    for (const [name, tensor] of autoencoder.state) baked.set(AUTOENCODER_PREFIX + name, tensor);
    for (const [name, tensor] of classifier) baked.set(CLASSIFIER_PREFIX + name, tensor);
    const { method } = config;
    const programs = {
      encoder: await device.compile(traceEncoding(config), { baked }),
      decoder: await device.compile(traceDecoding(config), { baked }),
      mover: await createMover(device, config, { baked }),
    };
    const factor = addsNoise(method) ? config.noise : 0;
    const { latentDeviation } = autoencoder;
    const upload = (values: Float32Array): Promise<DeviceTensor> =>
      device.upload(floatTensor([values.length], values));
    return new SyntheticGenerator(device, config, programs, {
      noise: await upload(latentDeviation.map((deviation) => factor * deviation)),
      deviation: await upload(latentDeviation),
    });
  }

  /**
   * Synthetic images of a full batch of parents, one each.
   *
   * @param masks dropout masks `[S, M]`, shared by all images and steps
   * @param classifierTensors the classifier's tensors by prefixed names, unless they are baked
   */
  async generate(
    parents: ParentBatch,
    masks: DeviceTensor,
    classifierTensors: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<SyntheticBatch> {
    const { encoder, mover } = this.programs;
    const images = await this.device.upload(parents.images);
    const noise = await this.device.upload(this.drawNoise(parents.noiseKeys));
    const encoded = await encoder.run({ images, noise, noiseScale: this.noiseScale });
    images.dispose();
    noise.dispose();
    const [parentLatents, start] = [encoded.quantized, encoded.start];
    if (!mover) return { parentLatents, latents: start, images: await this.decode(start) };
    const labels = await this.device.upload(parents.labels);
    const inputs = { ...classifierTensors, labels, masks };
    const made =
      mover instanceof LatentOptimizer
        ? await this.optimize(mover, { start, parentLatents }, inputs)
        : await this.stepOnce(mover, start, inputs);
    labels.dispose();
    start.dispose();
    return { parentLatents, ...made };
  }

  /** Images of latents `[N, D, h, w]`, clipped to [0, 1]. */
  async decode(latents: DeviceTensor): Promise<DeviceTensor> {
    return (await this.programs.decoder.run({ latents })).images;
  }

  async dispose(): Promise<void> {
    const { encoder, decoder, mover } = this.programs;
    for (const program of [encoder, decoder, mover]) await program?.dispose();
    this.noiseScale.dispose();
    this.deviation.dispose();
  }

  private async stepOnce(
    fgsm: Program,
    latents: DeviceTensor,
    inputs: Readonly<Record<string, DeviceTensor>>,
  ): Promise<Pick<SyntheticBatch, 'latents' | 'images'>> {
    const { moved } = await fgsm.run({ ...inputs, latents, deviation: this.deviation });
    return { latents: moved, images: await this.decode(moved) };
  }

  private async optimize(
    optimizer: LatentOptimizer,
    { start, parentLatents }: { readonly start: DeviceTensor; readonly parentLatents: DeviceTensor },
    inputs: Readonly<Record<string, DeviceTensor>>,
  ): Promise<Pick<SyntheticBatch, 'latents' | 'images'>> {
    const bounds =
      this.config.maxChange === undefined ? {} : { parents: parentLatents, deviation: this.deviation };
    const { latents, images, objective } = await optimizer.optimize(
      start,
      { ...inputs, ...bounds },
      this.config,
    );
    objective.dispose();
    return { latents, images };
  }

  /** Uniform noise on [-1, 1), each image from its own key: a batch's composition does not matter. */
  private drawNoise(keys: readonly RandomKey[]): HostTensor {
    const shape = latentShape(this.config);
    const size = sizeOf(shape.slice(1));
    const noise = new Float32Array(sizeOf(shape));
    keys.forEach((key, image) => noise.set(uniforms(key, size, -1, 1), image * size));
    return floatTensor(shape, noise);
  }
}

async function createMover(
  device: Device,
  config: GeneratorConfig,
  options: CompileOptions,
): Promise<GeneratorPrograms['mover']> {
  const { method } = config;
  if (isObjective(method)) return LatentOptimizer.create(device, { ...config, objective: method }, options);
  if (method !== 'latent-fgsm') return undefined;
  const fgsm = { ...config, fgsmStep: boundedFgsmStep(config) };
  return device.compile(traceLatentFgsm(fgsm, gradientScaleOf(device, options)), options);
}
