import { gatherLabels } from '../../data/batch.ts';
import type { LabelledImages, SplitName } from '../../data/dataset.ts';
import type { Device, DeviceTensor, Program } from '../../engine/devices/device.ts';
import { floatTensor, type HostTensor } from '../../engine/tensor.ts';
import type { ModelState } from '../../nn/modelState.ts';
import type { GenerateSettings } from '../../protocol/settings.ts';
import { traceScores } from '../../tsynd/scoring.ts';
import type { ModelConfigs } from '../modelConfigs.ts';
import { toInput } from '../readForClassifier.ts';
import { readFloats } from '../readResults.ts';
import { release } from '../../engine/devices/release.ts';
import { sampleMasks } from '../sampleMasks.ts';

/** What a classifier says of one image; in nats. */
export interface ImageScore {
  readonly mi: number;
  readonly entropy: number;
  readonly loss: number;
  /** [K] mean over the masks. */
  readonly probs: readonly number[];
}

/** Images a program is compiled for; of a split's last batch, the last image stands in for those that are missing. */
const BATCH_SIZE = 64;

/** Asks a run's classifier about images of any dataset that fits it, batch by batch, over the run's own masks. */
export class Scorer {
  private readonly device: Device;
  private readonly configs: ModelConfigs;
  private readonly program: Program;
  private readonly masks: DeviceTensor;

  private constructor(device: Device, configs: ModelConfigs, program: Program, masks: DeviceTensor) {
    this.device = device;
    this.configs = configs;
    this.program = program;
    this.masks = masks;
  }

  static async create(
    device: Device,
    run: {
      readonly configs: ModelConfigs;
      readonly settings: GenerateSettings;
      readonly classifier: ModelState;
      readonly maskSeed: number;
    },
  ): Promise<Scorer> {
    const { configs, settings, classifier, maskSeed } = run;
    const shape = {
      batchSize: BATCH_SIZE,
      imageSize: configs.imageSize,
      numMcSamples: settings.generation.numMcSamples,
    };
    const graph = traceScores(configs.classifier, shape, configs.likelihood);
    const program = await device.compile(graph, { baked: classifier });
    return new Scorer(device, configs, program, await device.upload(sampleMasks(run, maskSeed)));
  }

  /** All images of a split in its order, a batch at a time. Numbers are as the device gives them, also NaN. */
  async *score(images: LabelledImages<SplitName>): AsyncGenerator<readonly ImageScore[]> {
    for (let start = 0; start < images.count; start += BATCH_SIZE) {
      const found = Math.min(BATCH_SIZE, images.count - start);
      const indices = Array.from({ length: BATCH_SIZE }, (_, n) => start + Math.min(n, found - 1));
      yield (await this.scoreBatch(images, indices)).slice(0, found);
    }
  }

  async dispose(): Promise<void> {
    this.masks.dispose();
    await this.program.dispose();
  }

  private async scoreBatch(
    images: LabelledImages<SplitName>,
    indices: readonly number[],
  ): Promise<ImageScore[]> {
    const batch = await this.device.upload(this.inputOf(images, indices));
    const labels = await this.device.upload(gatherLabels(images, indices));
    const results = await this.program.run({ images: batch, labels, masks: this.masks });
    const [mi, entropy, loss, probs] = [
      await readFloats(results, 'mutualInformation'),
      await readFloats(results, 'predictiveEntropy'),
      await readFloats(results, 'loss'),
      await readFloats(results, 'probs'),
    ];
    release({ batch, labels }, results);
    const classes = this.configs.classifier.numClasses;
    return indices.map((_, n) => ({
      mi: mi[n],
      entropy: entropy[n],
      loss: loss[n],
      probs: [...probs.subarray(n * classes, (n + 1) * classes)],
    }));
  }

  /** `[N, C, H, W]` in [0, 1] with the classifier's channels, which the dataset's need not be. */
  private inputOf(
    { pixels, count, maxValue }: LabelledImages<SplitName>,
    indices: readonly number[],
  ): HostTensor {
    const { imageSize, classifier } = this.configs;
    const input = { imageSize, channels: classifier.inChannels === 1 ? 1 : 3 } as const;
    const length = pixels.length / count;
    const size = input.channels * imageSize * imageSize;
    const data = new Float32Array(indices.length * size);
    indices.forEach((index, n) => {
      const image = pixels.subarray(index * length, (index + 1) * length);
      data.set(toInput(image, maxValue, input).data, n * size);
    });
    return floatTensor([indices.length, input.channels, imageSize, imageSize], data);
  }
}
