import { batchesOf, gatherImages } from '../data/batch.ts';
import type { LabelledImages, SplitName } from '../data/dataset.ts';
import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import type { HostTensor } from '../engine/tensor.ts';
import type { ModelState } from '../nn/modelState.ts';
import { tracePrediction } from '../tsynd/classifierTraining.ts';
import { paddedBatches } from '../tsynd/imageBatch.ts';
import type { ModelConfigs } from './modelConfigs.ts';
import { readFloats } from './readResults.ts';
import { release } from '../engine/devices/release.ts';

const LARGEST_BATCH = 128;

/** Asks a classifier about images, without dropout. Calls must not overlap. */
export class Predictor {
  private readonly device: Device;
  private readonly program: Program;
  private readonly batchSize: number;
  private readonly numClasses: number;

  private constructor(device: Device, program: Program, batchSize: number, numClasses: number) {
    this.device = device;
    this.program = program;
    this.batchSize = batchSize;
    this.numClasses = numClasses;
  }

  /**
   * @param count how many images are asked about at once; any number can be
   * @param state the classifier's tensors where they are fixed; otherwise every call gives them
   */
  static async create(
    device: Device,
    { classifier, imageSize, likelihood }: ModelConfigs,
    count: number,
    state: ModelState = new Map(),
  ): Promise<Predictor> {
    const batchSize = Math.max(1, Math.min(LARGEST_BATCH, count));
    const graph = tracePrediction(classifier, { batchSize, imageSize }, likelihood);
    return new Predictor(
      device,
      await device.compile(graph, { baked: state }),
      batchSize,
      classifier.numClasses,
    );
  }

  /** Probabilities `[N, K]` of the images of a split. */
  async predict(
    images: LabelledImages<SplitName>,
    classifierTensors: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<Float32Array> {
    const probs = new Float32Array(images.count * this.numClasses);
    const order = Int32Array.from({ length: images.count }, (_, index) => index);
    let done = 0;
    for (const indices of batchesOf(order, this.batchSize)) {
      const rows = await this.predictImages(gatherImages(images, indices), classifierTensors);
      probs.set(rows, done * this.numClasses);
      done += indices.length;
    }
    return probs;
  }

  /** Probabilities `[n, K]` of any number of images `[n, C, H, W]` in [0, 1]. */
  async predictImages(
    images: HostTensor,
    classifierTensors: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<Float32Array> {
    const probs = new Float32Array(images.shape[0] * this.numClasses);
    for (const { start, count, images: padded } of paddedBatches(images, this.batchSize)) {
      const batch = await this.device.upload(padded);
      const results = await this.program.run({ ...classifierTensors, images: batch });
      const rows = (await readFloats(results, 'probs')).subarray(0, count * this.numClasses);
      release({ batch }, results);
      probs.set(rows, start * this.numClasses);
    }
    return probs;
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }
}
