import type { Device, Program } from '../../engine/devices/device.ts';
import { floatTensor, sizeOf, type HostTensor } from '../../engine/tensor.ts';
import type { ModelState } from '../../nn/modelState.ts';
import { tracePrediction } from '../../tsynd/classifierTraining.ts';
import type { ModelConfigs } from '../modelConfigs.ts';
import { padBatch } from '../predictor.ts';
import { readFloats, release } from '../readResults.ts';

type Config = ModelConfigs & { readonly batchSize: number };

/** A classifier's answers without dropout. Calls must not overlap. */
export class ClassProbabilities {
  private readonly device: Device;
  private readonly config: Config;
  private readonly program: Program;

  private constructor(device: Device, config: Config, program: Program) {
    this.device = device;
    this.config = config;
    this.program = program;
  }

  static async create(device: Device, config: Config, state: ModelState): Promise<ClassProbabilities> {
    const graph = tracePrediction(config.classifier, config, config.likelihood);
    return new ClassProbabilities(device, config, await device.compile(graph, { baked: state }));
  }

  /** `[n, K]` of images `[n, C, H, W]` in [0, 1]. */
  async of(images: HostTensor): Promise<Float32Array> {
    const [n, ...form] = images.shape;
    const { batchSize, classifier } = this.config;
    const size = sizeOf(form);
    const probs = new Float32Array(n * classifier.numClasses);
    for (let start = 0; start < n; start += batchSize) {
      const count = Math.min(batchSize, n - start);
      const rows = images.data.slice(start * size, (start + count) * size);
      const batch = await this.device.upload(
        padBatch(floatTensor([count, ...form], Float32Array.from(rows)), batchSize),
      );
      const results = await this.program.run({ images: batch });
      const answers = await readFloats(results, 'probs');
      release({ batch }, results);
      probs.set(answers.subarray(0, count * classifier.numClasses), start * classifier.numClasses);
    }
    return probs;
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }
}
