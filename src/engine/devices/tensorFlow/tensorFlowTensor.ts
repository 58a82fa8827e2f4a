import type { Tensor } from '@tensorflow/tfjs-core';
import { deviceData } from '../../onnx/emitter.ts';
import type { TensorFlow } from '../../tensorflow/tensorFlowContext.ts';
import type { DType, HostTensor, Shape, TensorData } from '../../tensor.ts';
import type { DeviceTensor } from '../device.ts';
import { toDeviceError } from './toDeviceError.ts';

/** A tensor in TensorFlow's memory, which no garbage collector frees: it is among the live ones until it is disposed of. */
export class TensorFlowTensor implements DeviceTensor {
  readonly tensor: Tensor;
  readonly shape: Shape;
  readonly dtype: DType;
  private readonly live: Set<TensorFlowTensor>;

  constructor(live: Set<TensorFlowTensor>, tensor: Tensor, dtype: DType) {
    this.tensor = tensor;
    this.shape = tensor.shape;
    this.dtype = dtype;
    this.live = live;
    live.add(this);
  }

  async read(): Promise<HostTensor> {
    const { dtype, shape, tensor } = this;
    try {
      // A copy: a backend may give the memory that it computes with.
      const data: TensorData = (await tensor.data<'float32' | 'int32' | 'bool'>()).slice();
      return { dtype, shape, data };
    } catch (error) {
      throw toDeviceError(error, 'cannot read a tensor');
    }
  }

  dispose(): void {
    this.live.delete(this);
    this.tensor.dispose();
  }
}

/** Copies a tensor to TensorFlow. */
export function toTensor(tf: TensorFlow, tensor: HostTensor): Tensor {
  // A copy: TensorFlow.js takes the array itself and sends it to the device when it is first used.
  return tf.tensor(deviceData(tensor).slice(), [...tensor.shape], tensor.dtype);
}
