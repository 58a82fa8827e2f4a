import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { uniforms, type RandomKey } from '../engine/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { ClassifierConfig } from '../models/classifier.ts';
import type { ModelState } from '../nn/modelState.ts';
import {
  AUTOENCODER_PREFIX,
  CLASSIFIER_PREFIX,
  latentShape,
  traceDecoding,
  traceEncoding,
  type LatentBatchConfig,
} from './latentPrograms.ts';
import { LatentOptimizer } from './latentOptimizer.ts';
import type { Objective } from './objective.ts';
import type { Likelihood } from './uncertainty.ts';

/** How synthetic images are made from a parent's latent; the objectives start from the noisy one. */
export type SyntheticMethod = 'reconstruction' | 'noise' | Objective;

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

/** Whether the method looks for latents with the classifier's help. */
export function isObjective(method: SyntheticMethod): method is Objective {
  return method !== 'reconstruction' && method !== 'noise';
}

/** Makes synthetic images for batches of one size: encode, add noise, optimise, decode (paper, section 3.2). */
export class SyntheticGenerator {
  private readonly device: Device;
  private readonly config: GeneratorConfig;
  private readonly encoder: Program;
  private readonly decoder: Program;
  private readonly optimizer: LatentOptimizer | undefined;
  private readonly noiseScale: DeviceTensor;

  private constructor(
    device: Device,
    config: GeneratorConfig,
    programs: { encoder: Program; decoder: Program; optimizer: LatentOptimizer | undefined },
    noiseScale: DeviceTensor,
  ) {
    this.device = device;
    this.config = config;
    this.encoder = programs.encoder;
    this.decoder = programs.decoder;
    this.optimizer = programs.optimizer;
    this.noiseScale = noiseScale;
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
      optimizer: isObjective(method)
        ? await LatentOptimizer.create(device, { ...config, objective: method }, { baked })
        : undefined,
    };
    const factor = method === 'reconstruction' ? 0 : config.noise;
    const scale = autoencoder.latentDeviation.map((deviation) => factor * deviation);
    return new SyntheticGenerator(
      device,
      config,
      programs,
      await device.upload(floatTensor([scale.length], scale)),
    );
  }

  /**
   * Synthetic images of a full batch of parents, one each.
   *
   * @param masks dropout masks `[S, F]`, shared by all images and steps
   * @param classifierTensors the classifier's tensors by prefixed names, unless they are baked
   */
  async generate(
    parents: ParentBatch,
    masks: DeviceTensor,
    classifierTensors: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<SyntheticBatch> {
    const images = await this.device.upload(parents.images);
    const noise = await this.device.upload(this.drawNoise(parents.noiseKeys));
    const encoded = await this.encoder.run({ images, noise, noiseScale: this.noiseScale });
    images.dispose();
    noise.dispose();
    const [parentLatents, start] = [encoded.quantized, encoded.start];
    if (!this.optimizer) {
      const decoded = await this.decoder.run({ latents: start });
      return { parentLatents, latents: start, images: decoded.images };
    }
    const labels = await this.device.upload(parents.labels);
    const inputs = { ...classifierTensors, labels, masks };
    const { latents, images: synthetic } = await this.optimizer.optimize(start, inputs, this.config);
    labels.dispose();
    start.dispose();
    return { parentLatents, latents, images: synthetic };
  }

  /** Images of latents `[N, D, h, w]`, clipped to [0, 1]. */
  async decode(latents: DeviceTensor): Promise<DeviceTensor> {
    return (await this.decoder.run({ latents })).images;
  }

  async dispose(): Promise<void> {
    await this.encoder.dispose();
    await this.decoder.dispose();
    await this.optimizer?.dispose();
    this.noiseScale.dispose();
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
