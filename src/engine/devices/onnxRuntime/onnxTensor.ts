import type * as ort from 'onnxruntime-node';
import { DeviceError } from '../../errors.ts';
import type { DType, HostTensor, Shape, TensorData } from '../../tensor.ts';
import type { DeviceTensor } from '../device.ts';
import type { SessionTensor } from './session.ts';

/** Where the tensors of one device live. */
export interface TensorHome {
  /** The device's name, for messages. */
  readonly name: string;
  /** The tensors that hold memory of the device's own. */
  readonly live: Set<OnnxTensor>;
  toHost(tensor: ort.Tensor, dtype: DType, shape: Shape): Promise<TensorData>;
}

/** A tensor of ONNX Runtime, in GPU memory or in this process. */
export class OnnxTensor implements DeviceTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  private readonly home: TensorHome;
  /** `undefined` after dispose. */
  private held: SessionTensor | undefined;

  constructor(home: TensorHome, made: SessionTensor, dtype: DType) {
    this.shape = made.tensor.dims;
    this.dtype = dtype;
    this.home = home;
    this.held = made;
    if (made.tensor.location !== 'cpu') home.live.add(this);
  }

  /** Where the elements are; `undefined` after dispose. */
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
  feed(): ort.Tensor {
    return this.required('given to a program');
  }

  dispose(): void {
    const { held } = this;
    this.held = undefined;
    this.home.live.delete(this);
    held?.free();
  }

  private required(purpose: string): ort.Tensor {
    if (this.held) return this.held.tensor;
    throw new DeviceError(`A tensor on '${this.home.name}' was ${purpose} after it had been disposed of.`);
  }
}
