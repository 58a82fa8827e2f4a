import * as ort from 'onnxruntime-node';
import { DeviceError } from '../../errors.ts';
import { deviceData } from '../../onnx/emitter.ts';
import type { DType, HostTensor, Shape, TensorData } from '../../tensor.ts';
import type { DeviceTensor } from '../device.ts';
import { hostTensor, type SessionTensor } from './session.ts';

/** Where the tensors of one device live. */
export interface TensorHome {
  /** The device's name, for messages. */
  readonly name: string;
  /** Whether the device has memory of its own, in which tensors can stay between runs. */
  readonly hasMemory: boolean;
  /** The tensors that hold such memory. */
  readonly live: Set<OnnxTensor>;
  toHost(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<TensorData>;
  toDevice(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<SessionTensor>;
}

/**
 * A tensor of ONNX Runtime, in GPU memory or in this process.
 *
 * An uploaded tensor stays in this process until its second use. What is used once (a batch, a learning rate) is copied
 * by the run of the program that uses it, and needs no program to copy it; what is used again (weights, a latent) is
 * moved once.
 */
export class OnnxTensor implements DeviceTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  private readonly home: TensorHome;
  /** `undefined` after dispose. */
  private held: SessionTensor | undefined;
  private isUsed = false;
  private move: Promise<void> | undefined;

  constructor(home: TensorHome, made: SessionTensor, dtype: DType) {
    this.shape = made.tensor.dims;
    this.dtype = dtype;
    this.home = home;
    this.hold(made);
  }

  static fromHost(home: TensorHome, tensor: HostTensor): OnnxTensor {
    const onHost = new ort.Tensor(tensor.dtype, deviceData(tensor), tensor.shape);
    return new OnnxTensor(home, hostTensor(onHost), tensor.dtype);
  }

  /** Where the elements are now; `undefined` after dispose. */
  get location(): ort.Tensor.DataLocation | undefined {
    return this.held?.tensor.location;
  }

  isOf(home: TensorHome): boolean {
    return this.home === home;
  }

  async read(): Promise<HostTensor> {
    const { dtype, shape } = this;
    const tensor = this.required('read');
    // Never tensor.getData(): on a GPU buffer it ends the process (onnxruntime-node 1.30).
    const data =
      tensor.location === 'cpu' ? (tensor.data as TensorData) : await this.home.toHost(tensor, dtype, shape);
    return { dtype, shape, data };
  }

  /** What a program is fed. */
  async feed(): Promise<ort.Tensor> {
    const tensor = this.required('given to a program');
    const isFirstUse = !this.isUsed;
    this.isUsed = true;
    if (!this.home.hasMemory || tensor.location !== 'cpu' || isFirstUse) return tensor;
    this.move ??= this.moveToDevice(tensor);
    await this.move;
    return this.required('given to a program');
  }

  dispose(): void {
    const { held } = this;
    this.held = undefined;
    this.home.live.delete(this);
    held?.free();
  }

  private async moveToDevice(tensor: ort.Tensor): Promise<void> {
    const moved = await this.home.toDevice(tensor, this.dtype, this.shape);
    if (this.held) this.hold(moved);
    else moved.free();
  }

  private hold(made: SessionTensor): void {
    this.held = made;
    if (made.tensor.location !== 'cpu') this.home.live.add(this);
  }

  private required(purpose: string): ort.Tensor {
    if (this.held) return this.held.tensor;
    throw new DeviceError(`A tensor on '${this.home.name}' was ${purpose} after it had been disposed of.`);
  }
}
