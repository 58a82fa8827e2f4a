import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { clip } from '../engine/ops/clip.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { gradientScaleOf, inputGradients } from '../nn/inputGradients.ts';
import { RepeatedStep } from '../nn/repeatedStep.ts';
import { labelInput } from './classifierTraining.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import { CLASSIFIER_PREFIX } from './latentPrograms.ts';
import { lossPerImage } from './lossPerImage.ts';
import type { Likelihood } from './uncertainty.ts';

export interface PixelAdversaryConfig extends BatchSize {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  /** Steps of gradient ascent. */
  readonly steps: number;
  readonly learningRate: number;
  /** Weight of the distance of the features. */
  readonly gamma: number;
}

/** Volpi et al.'s batch, over which their objective is a mean: the rate of one image is that of the mean over it. */
const PUBLISHED_BATCH = 32;

/**
 * Adversarial data augmentation in the space of pixels (Volpi et al., NeurIPS 2018, arXiv 1805.12018): plain gradient
 * ascent on CE(x', y) - gamma * mean squared distance between the pooled features of x' and x, from x' = x, the
 * classifier in inference mode.
 *
 * Their code takes the mean over batches of 32 and appends what comes out to the training set, in rounds. Here an image
 * moves as it would in such a batch, whatever ours is; its pixels stay in [0, 1]; and it stands in the second half of
 * the batch for one step, as the synthetic images of the other methods do, so that methods differ in one thing only.
 */
export class PixelAdversary {
  private readonly device: Device;
  private readonly steps: number;
  private readonly featureProgram: Program;
  private readonly step: RepeatedStep;

  private constructor(device: Device, steps: number, features: Program, step: RepeatedStep) {
    this.device = device;
    this.steps = steps;
    this.featureProgram = features;
    this.step = step;
  }

  static async create(device: Device, config: PixelAdversaryConfig): Promise<PixelAdversary> {
    const features = await device.compile(traceFeatures(config));
    const carried = new Map([['moved', 'images']]);
    const step = await RepeatedStep.create(device, tracePixelStep(config, gradientScaleOf(device)), carried);
    return new PixelAdversary(device, config.steps, features, step);
  }

  /**
   * Adversarial images `[N, C, H, W]` of a full batch.
   *
   * @param classifierTensors the classifier's tensors by prefixed names
   */
  async generate(
    parents: { readonly images: HostTensor; readonly labels: HostTensor },
    classifierTensors: Readonly<Record<string, DeviceTensor>>,
  ): Promise<DeviceTensor> {
    const labels = await this.device.upload(parents.labels);
    const images = await this.device.upload(parents.images);
    const used: DeviceTensor[] = [labels, images];
    try {
      const { features } = await this.featureProgram.run({ ...classifierTensors, images });
      used.push(features);
      const inputs = { ...classifierTensors, features, labels };
      // All steps are given the same.
      const steps = new Array<Record<string, HostTensor>>(this.steps).fill({});
      const moved = (await this.step.run({ images }, inputs, steps)).images;
      if (moved === images) used.splice(used.indexOf(images), 1);
      return moved;
    } finally {
      for (const tensor of used) tensor.dispose();
    }
  }

  async dispose(): Promise<void> {
    await this.featureProgram.dispose();
    await this.step.dispose();
  }
}

/**
 * One step of ascent on `images` `[N, C, H, W]` with `labels`, away from `features` `[N, F]`: the `moved` images, and their
 * `objective` `[N]` before.
 */
export function tracePixelStep(config: PixelAdversaryConfig, gradientScale = 1): TracedGraph {
  return trace((graph) => {
    const { classifier, likelihood, gamma, learningRate } = config;
    const images = imageInput(graph, classifier.inChannels, config);
    const { scope, pooled } = featuresOf(graph, images, classifier);
    const logits = classifierHead(scope, pooled, classifier);
    const labels = labelInput(graph, config.batchSize, classifier, likelihood);
    const change = sub(pooled, graph.input('features', pooled.shape));
    const distance = mean(mul(change, change), { axes: [1] });
    const objective = sub(lossPerImage(logits, labels, likelihood), mul(distance, gamma));
    const [gradient] = inputGradients(sum(objective), [images], gradientScale);
    const next = add(images, mul(gradient, learningRate / PUBLISHED_BATCH));
    return { moved: clip(next, 0, 1), objective };
  });
}

/** Pooled `features` `[N, F]` of `images`. */
function traceFeatures(config: PixelAdversaryConfig): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.classifier.inChannels, config);
    return { features: featuresOf(graph, images, config.classifier).pooled };
  });
}

function featuresOf(
  graph: Graph,
  images: Value,
  config: ClassifierConfig,
): { scope: ModelScope; pooled: Value } {
  const scope = new ModelScope(graph, 'inference', CLASSIFIER_PREFIX);
  return { scope, pooled: classifierFeatures(scope, images, config).pooled };
}
