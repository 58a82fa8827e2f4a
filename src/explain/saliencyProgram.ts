import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import { intTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { ModelState } from '../nn/modelState.ts';
import { traceClassActivation, type ClassActivationConfig } from './classActivation.ts';
import { classActivationMap, type MapMethod } from './classActivationMap.ts';
import { imageBatches, type PaddedBatch } from './imageBatches.ts';

export interface SaliencyMaps {
  /** `[n, H, W]`, 0 to 1; see `classActivationMap`. */
  readonly maps: Float32Array;
  /** `[n]`, the classes that were explained. */
  readonly classes: Int32Array;
  /** `[n, K]`, without dropout. */
  readonly probs: Float32Array;
}

/** Explains images by one layer of a finished classifier. Calls must not overlap. */
export class SaliencyProgram {
  private readonly device: Device;
  private readonly config: ClassActivationConfig;
  private readonly program: Program;

  private constructor(device: Device, config: ClassActivationConfig, program: Program) {
    this.device = device;
    this.config = config;
    this.program = program;
  }

  /**
   * Throws TsyndError 'settings/invalid' for a layer that cannot be explained.
   *
   * @param config `batchSize` is how many images the program takes at once; any number can be explained
   * @param state the classifier's tensors
   */
  static async create(
    device: Device,
    config: ClassActivationConfig,
    state: ModelState,
  ): Promise<SaliencyProgram> {
    return new SaliencyProgram(
      device,
      config,
      await device.compile(traceClassActivation(config), { baked: state }),
    );
  }

  /**
   * @param images `[n, C, H, W]` in [0, 1]
   * @param targets `[n]`, the class to explain or PREDICTED (-1); throws RangeError when their number differs
   */
  async explain(images: HostTensor, targets: Int32Array, how: MapMethod): Promise<SaliencyMaps> {
    const [n] = images.shape;
    const { batchSize, imageSize, classifier } = this.config;
    const results = {
      maps: new Float32Array(n * imageSize ** 2),
      classes: new Int32Array(n),
      probs: new Float32Array(n * classifier.numClasses),
    };
    for (const batch of imageBatches(images, targets, batchSize)) await this.add(results, batch, how);
    return results;
  }

  async dispose(): Promise<void> {
    await this.program.dispose();
  }

  private async add(results: SaliencyMaps, batch: PaddedBatch, how: MapMethod): Promise<void> {
    const { activations, gradients, classes, probs } = await this.run(batch);
    const { imageSize, classifier } = this.config;
    const [, features, height, width] = activations.shape;
    const size = sizeOf([features, height, width]);
    for (let index = 0; index < batch.count; index++) {
      const layer = {
        activations: floats(activations).subarray(index * size, (index + 1) * size),
        gradients: floats(gradients).subarray(index * size, (index + 1) * size),
        features,
        size: { width, height },
      };
      const map = classActivationMap(layer, how, { width: imageSize, height: imageSize });
      results.maps.set(map, (batch.start + index) * imageSize ** 2);
    }
    results.classes.set(classes.data.subarray(0, batch.count), batch.start);
    const { numClasses } = classifier;
    results.probs.set(probs.data.subarray(0, batch.count * numClasses), batch.start * numClasses);
  }

  private async run(batch: PaddedBatch): Promise<Record<string, HostTensor>> {
    const images = await this.device.upload(batch.images);
    const targets = await this.device.upload(intTensor([batch.targets.length], batch.targets));
    const outputs = await this.program.run({ images, targets });
    const read: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) read[name] = await tensor.read();
    const used: DeviceTensor[] = [images, targets, ...Object.values(outputs)];
    for (const tensor of used) tensor.dispose();
    return read;
  }
}

function floats({ data }: HostTensor): Float32Array | Float64Array {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new TypeError('Activations and gradients are floating-point numbers.');
}
