import * as ort from 'onnxruntime-node';
import { deviceData, type ProviderName } from '../../onnx/emitter.ts';
import { formatShape, type DType, type HostTensor, type Shape, type TensorData } from '../../tensor.ts';
import type { Guard } from './guard.ts';
import { OnnxTensor, type TensorHome } from './onnxTensor.ts';
import { readModel } from './readModel.ts';
import { Receipts } from './receipts.ts';
import { hostTensor, Session } from './session.ts';
import { sessionOptions } from './sessionOptions.ts';
import { uploadModel } from './uploadModel.ts';

type Place = 'cpu' | 'gpu-buffer';

/** Copies tensors between this process and the device's memory, where it has memory of its own. */
export class Transfers implements TensorHome {
  readonly name: ProviderName;
  readonly hasMemory: boolean;
  readonly live = new Set<OnnxTensor>();
  private readonly receipts = new Receipts();
  private readonly guard: Guard;
  private readonly sessions = new Map<string, Session>();

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
    if (this.hasMemory) await this.guard.call('Starting', () => this.reader('float32'));
  }

  upload(tensor: HostTensor): Promise<OnnxTensor> {
    const { dtype, shape } = tensor;
    return this.guard.call(`Uploading a tensor of shape ${formatShape(shape)}`, async () => {
      if (!this.hasMemory) {
        return new OnnxTensor(this, hostTensor(new ort.Tensor(dtype, deviceData(tensor), shape)), dtype);
      }
      if (this.receipts.isFull) await this.verify();
      const uploader = await this.session(`upload ${dtype}`, 'gpu-buffer', () => uploadModel(dtype));
      return new OnnxTensor(this, await this.receipts.upload(uploader, tensor), dtype);
    });
  }

  toHost(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<TensorData> {
    return this.guard.call(`Reading a tensor of shape ${formatShape(shape)}`, async () => {
      await this.verify();
      return this.read(tensor, dtype);
    });
  }

  /** Frees all memory of the device that tensors hold. */
  freeTensors(): void {
    for (const tensor of [...this.live]) tensor.dispose();
    this.receipts.restart();
  }

  /** Ends the programs that copy; all tensors must be free, and the guard closed. */
  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await session.close();
    this.sessions.clear();
  }

  private verify(): Promise<void> {
    return this.receipts.verify(async (tally) => (await this.read(tally, 'float32'))[0]);
  }

  private async read(tensor: ort.Tensor, dtype: DType): Promise<TensorData> {
    return (await (await this.reader(dtype)).run({ x: tensor })).y.tensor.data as TensorData;
  }

  private reader(dtype: DType): Promise<Session> {
    return this.session(`read ${dtype}`, 'cpu', () => readModel(dtype));
  }

  /** The session of that name: their tensors are of any shape, so that there are six at most. */
  private async session(name: string, outputs: Place, model: () => Uint8Array): Promise<Session> {
    const known = this.sessions.get(name);
    if (known) return known;
    const session = await Session.create(model(), sessionOptions(this.name, outputs, {}));
    this.sessions.set(name, session);
    return session;
  }
}
