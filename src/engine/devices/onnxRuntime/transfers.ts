import type * as ort from 'onnxruntime-node';
import type { ProviderName } from '../../onnx/emitter.ts';
import { formatShape, type DType, type Shape, type TensorData } from '../../tensor.ts';
import { copyModel } from './copyModel.ts';
import type { Guard } from './guard.ts';
import type { OnnxTensor, TensorHome } from './onnxTensor.ts';
import { Receipts } from './receipts.ts';
import { Session, type SessionTensor } from './session.ts';
import { sessionOptions } from './sessionOptions.ts';

type Place = 'cpu' | 'gpu-buffer';

/** Copies tensors between this process and the device's memory, where it has memory of its own. */
export class Transfers implements TensorHome {
  readonly name: ProviderName;
  readonly hasMemory: boolean;
  readonly live = new Set<OnnxTensor>();
  readonly receipts = new Receipts();
  private readonly guard: Guard;
  private readonly copiers = new Map<string, Session>();

  constructor(name: ProviderName, guard: Guard) {
    this.name = name;
    this.hasMemory = name === 'webgpu';
    this.guard = guard;
  }

  /**
   * Makes the programs that every device needs. The runtime's context of WebGPU ends with its last session, and what is
   * then done with a buffer ends the process: a session of ours must outlive all buffers.
   */
  async open(): Promise<void> {
    if (this.hasMemory) await this.guard.call('Starting', () => this.copier('float32', 'cpu'));
  }

  toHost(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<TensorData> {
    return this.guard.call(`Reading a tensor of shape ${formatShape(shape)}`, async () => {
      await this.receipts.verify(async (tally) => (await this.read(tally, 'float32'))[0]);
      return this.read(tensor, dtype);
    });
  }

  toDevice(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<SessionTensor> {
    return this.guard.call(`Uploading a tensor of shape ${formatShape(shape)}`, async () => {
      const uploader = await this.copier(dtype, 'gpu-buffer');
      return (await this.receipts.run(uploader, { x: tensor })).y;
    });
  }

  /** Frees all memory of the device that tensors hold. */
  freeTensors(): void {
    for (const tensor of [...this.live]) tensor.dispose();
    this.receipts.restart();
  }

  /** Ends the programs that copy; all tensors must be free, and the guard closed. */
  async dispose(): Promise<void> {
    for (const copier of this.copiers.values()) await copier.close();
    this.copiers.clear();
  }

  private async read(tensor: ort.Tensor, dtype: DType): Promise<TensorData> {
    const reader = await this.copier(dtype, 'cpu');
    return (await reader.run({ x: tensor })).y.tensor.data as TensorData;
  }

  /** A session for an element type and a place: its tensors are of any shape, so that there are six at most. */
  private async copier(dtype: DType, to: Place): Promise<Session> {
    const key = `${dtype} to ${to}`;
    const known = this.copiers.get(key);
    if (known) return known;
    const model = copyModel(dtype, to === 'gpu-buffer');
    const copier = await Session.create(model, sessionOptions(this.name, to, {}));
    this.copiers.set(key, copier);
    return copier;
  }
}
