import type { Device, DeviceTensor, Program } from '../../engine/devices/device.ts';
import type { HostTensor } from '../../engine/tensor.ts';
import type { ModelState } from '../../nn/modelState.ts';
import type { BatchSize } from '../../tsynd/imageBatch.ts';
import { traceAnswers, traceInputGradient, type AttackedModel } from './attackPrograms.ts';

/** Single precision; double on the reference device. */
export type Floats = Float32Array | Float64Array;

/** What a classifier says of a batch of N images. */
export interface Answers {
  /** `[N, K]` */
  readonly logits: Floats;
  /** `[N, K]` */
  readonly probs: Floats;
}

/** A finished classifier that can be asked for answers and for gradients by pixels. Calls must not overlap. */
export class AttackedClassifier {
  readonly model: AttackedModel;
  /** Images of every batch that it is given. */
  readonly batchSize: number;
  private readonly device: Device;
  private readonly state: ModelState;
  private readonly shape: BatchSize;
  private readonly answersProgram: Program;
  /** Compiled when first needed: noise needs no gradients. */
  private gradientProgram: Program | undefined;

  private constructor(
    device: Device,
    model: AttackedModel,
    shape: BatchSize,
    state: ModelState,
    answers: Program,
  ) {
    this.device = device;
    this.model = model;
    this.shape = shape;
    this.batchSize = shape.batchSize;
    this.state = state;
    this.answersProgram = answers;
  }

  static async create(
    device: Device,
    model: AttackedModel,
    shape: BatchSize,
    state: ModelState,
  ): Promise<AttackedClassifier> {
    const answers = await device.compile(traceAnswers(model, shape), { baked: state });
    return new AttackedClassifier(device, model, shape, state, answers);
  }

  /** Names of what it must be given to answer: the images alone, or it would depend on chance. */
  get inputNames(): readonly string[] {
    return this.answersProgram.inputNames;
  }

  /** @param images `[N, C, H, W]` in [0, 1], N the batch size */
  async answer(images: HostTensor): Promise<Answers> {
    const { logits, probs } = await this.run(this.answersProgram, { images });
    return { logits, probs };
  }

  /**
   * The gradient `[N, C, H, W]` of every image's loss by its pixels, see `traceInputGradient`.
   *
   * @param labels int32 `[N]`, or float32 `[N, L]` for sigmoids
   */
  async gradient(images: HostTensor, labels: HostTensor): Promise<Floats> {
    this.gradientProgram ??= await this.device.compile(traceInputGradient(this.model, this.shape), {
      baked: this.state,
      // An attack must not fail by gradients that vanish: that would pass for robustness.
      precision: 'float32',
    });
    return (await this.run(this.gradientProgram, { images, labels })).gradient;
  }

  async dispose(): Promise<void> {
    await this.answersProgram.dispose();
    await this.gradientProgram?.dispose();
  }

  private async run(
    program: Program,
    inputs: Readonly<Record<string, HostTensor>>,
  ): Promise<Record<string, Floats>> {
    const uploaded: Record<string, DeviceTensor> = {};
    for (const [name, tensor] of Object.entries(inputs)) uploaded[name] = await this.device.upload(tensor);
    const results = await program.run(uploaded);
    const read: Record<string, Floats> = {};
    for (const [name, tensor] of Object.entries(results)) read[name] = floatsOf(await tensor.read());
    for (const tensor of [...Object.values(uploaded), ...Object.values(results)]) tensor.dispose();
    return read;
  }
}

/** The numbers of a float tensor, without a copy. Throws TypeError for another type. */
export function floatsOf({ data }: HostTensor): Floats {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new TypeError('Pixels, logits and gradients are floating-point numbers.');
}
