import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { release } from '../engine/devices/release.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { ModelState } from '../nn/modelState.ts';
import { AUTOENCODER_PREFIX, CLASSIFIER_PREFIX } from '../tsynd/latentPrograms.ts';
import { AdversarialCourse } from './adversarialCourse.ts';
import {
  latentAdam,
  traceAdversarialStep,
  traceStart,
  traceTargets,
  type AdversarialConfig,
} from './adversarialPrograms.ts';
import { imageBatches, type PaddedBatch } from './imageBatches.ts';

export interface AdversarialSettings {
  /** Steps of Adam, at most. */
  readonly steps: number;
  readonly learningRate: number;
  /** Called before every step: a search blocks its thread but here, and ends with what this throws. */
  readonly betweenSteps?: () => Promise<void>;
}

/** What the search found for n images. */
export interface AdversarialImages {
  /** `[n]`, the classes that were to be given up. */
  readonly classes: Int32Array;
  /** `[n]`, their probabilities for the images as they are, without dropout. */
  readonly originalProbs: Float32Array;
  /** `[n]`, the most probable classes of the images as they are, without dropout. */
  readonly originalPredictions: Int32Array;
  /** `[n, C, H, W]` in [0, 1]: of the images' quantised latents. */
  readonly reconstructions: Float32Array;
  /** `[n, C, H, W]` in [0, 1]: the first iterate that is taken for another class, or the last one. */
  readonly adversarials: Float32Array;
  /** Of each image, the class's probability for the reconstruction and after each step up to the adversarial image. */
  readonly probs: readonly Float32Array[];
  /** Of each image, the steps that it took; 0 where the reconstruction is another class already, undefined where kept. */
  readonly flippedAt: readonly (number | undefined)[];
}

/** AdversarialImages while they are being filled. */
type Found = AdversarialImages & {
  readonly probs: Float32Array[];
  readonly flippedAt: (number | undefined)[];
};

/**
 * Changes images as the autoencoder can until a classifier gives up their class (paper, figure 2): from the quantised
 * latent of an image, without noise, Adam on the continuous latent lowers the probability of the class through decoder
 * and classifier in inference mode, without dropout. The search of an image ends with the first iterate that is taken for
 * another class (with sigmoids: whose probability falls below 0.5), so that the change is no larger than the steps make
 * it.
 *
 * Calls must not overlap.
 */
export class AdversarialSearch {
  private readonly device: Device;
  private readonly config: AdversarialConfig;
  private readonly programs: Readonly<Record<'start' | 'targets' | 'step', Program>>;

  private constructor(
    device: Device,
    config: AdversarialConfig,
    programs: Readonly<Record<'start' | 'targets' | 'step', Program>>,
  ) {
    this.device = device;
    this.config = config;
    this.programs = programs;
  }

  /** @param config `batchSize` is how many images are changed at once; any number can be searched for */
  static async create(
    device: Device,
    config: AdversarialConfig,
    states: { readonly autoencoder: ModelState; readonly classifier: ModelState },
  ): Promise<AdversarialSearch> {
    const baked = new Map<string, HostTensor>();
    for (const [name, tensor] of states.autoencoder) baked.set(AUTOENCODER_PREFIX + name, tensor);
    for (const [name, tensor] of states.classifier) baked.set(CLASSIFIER_PREFIX + name, tensor);
    return new AdversarialSearch(device, config, {
      start: await device.compile(traceStart(config), { baked }),
      targets: await device.compile(traceTargets(config), { baked }),
      step: await device.compile(traceAdversarialStep(config), { baked }),
    });
  }

  /**
   * @param images `[n, C, H, W]` in [0, 1]
   * @param targets `[n]`, the class to be given up or PREDICTED (-1), the most probable one of the original image; throws
   * RangeError when their number differs
   */
  async search(
    images: HostTensor,
    targets: Int32Array,
    settings: AdversarialSettings,
  ): Promise<AdversarialImages> {
    const [n] = images.shape;
    const size = sizeOf(images.shape);
    const found = {
      classes: new Int32Array(n),
      originalProbs: new Float32Array(n),
      originalPredictions: new Int32Array(n),
      reconstructions: new Float32Array(size),
      adversarials: new Float32Array(size),
      probs: new Array<Float32Array>(n),
      flippedAt: new Array<number | undefined>(n).fill(undefined),
    };
    for (const batch of imageBatches(images, targets, this.config.batchSize)) {
      await this.searchBatch(found, batch, settings);
    }
    return found;
  }

  async dispose(): Promise<void> {
    for (const program of Object.values(this.programs)) await program.dispose();
  }

  private async searchBatch(found: Found, batch: PaddedBatch, settings: AdversarialSettings): Promise<void> {
    const images = await this.device.upload(batch.images);
    const targets = await this.device.upload(intTensor([batch.targets.length], batch.targets));
    const asked = await this.programs.targets.run({ images, targets });
    const { latents } = await this.programs.start.run({ images });

    const { start, count } = batch;
    const classes = Int32Array.from((await asked.classes.read()).data.subarray(0, count));
    found.classes.set(classes, start);
    found.originalProbs.set((await asked.probs.read()).data.subarray(0, count), start);
    found.originalPredictions.set((await asked.predictions.read()).data.subarray(0, count), start);
    const course = new AdversarialCourse(classes, this.config.likelihood);
    await this.walk(found, start, course, { classes: asked.classes, latents }, settings);
    course.probs.forEach((probs, image) => {
      found.probs[start + image] = Float32Array.from(probs);
      found.flippedAt[start + image] = course.flippedAt[image];
    });
    release({ images, targets, ...asked });
  }

  /** Steps until every image of the batch has given up its class, or the steps are used up; frees `latents`. */
  private async walk(
    found: Found,
    start: number,
    course: AdversarialCourse,
    { classes, latents }: { readonly classes: DeviceTensor; readonly latents: DeviceTensor },
    { steps, learningRate, betweenSteps }: AdversarialSettings,
  ): Promise<void> {
    const zeros = floatTensor(latents.shape, 0);
    let state: Tensors = {
      latents,
      firstMoment: await this.device.upload(zeros),
      secondMoment: await this.device.upload(zeros),
    };
    for (let step = 0; step <= steps && course.searching.length > 0; step++) {
      await betweenSteps?.();
      const scalars = await this.uploadScalars(step + 1, learningRate);
      const { images, probs, predictions, ...next } = await this.programs.step.run({
        ...state,
        ...scalars,
        classes,
      });
      const visited = { probs: (await probs.read()).data, predictions: (await predictions.read()).data };
      const flipped = course.visit(step, visited);
      const ended = step === steps ? [...flipped, ...course.searching] : flipped;
      if (step === 0 || ended.length > 0) {
        const pixels = (await images.read()).data;
        const size = pixels.length / images.shape[0];
        const copy = (to: Float32Array, image: number): void =>
          to.set(pixels.subarray(image * size, (image + 1) * size), (start + image) * size);
        if (step === 0) course.probs.forEach((_, image) => copy(found.reconstructions, image));
        for (const image of ended) copy(found.adversarials, image);
      }
      release({ ...state, ...scalars, images, probs, predictions });
      state = {
        latents: next.nextLatents,
        firstMoment: next.nextFirstMoment,
        secondMoment: next.nextSecondMoment,
      };
    }
    release(state);
  }

  private async uploadScalars(step: number, learningRate: number): Promise<Tensors> {
    const scalars: Record<string, DeviceTensor> = {};
    for (const [name, value] of Object.entries(latentAdam.scalars(step, learningRate))) {
      scalars[name] = await this.device.upload(floatTensor([], Float64Array.of(value)));
    }
    return scalars;
  }
}

type Tensors = Readonly<Record<string, DeviceTensor>>;
