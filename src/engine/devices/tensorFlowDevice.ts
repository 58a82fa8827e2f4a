import { DeviceError } from '../errors.ts';
import type { TracedGraph } from '../graph.ts';
import { loopSignature } from '../stepLoop.ts';
import type { HostTensor } from '../tensor.ts';
import type { TensorFlow, TensorFlowContext } from '../tensorflow/tensorFlowContext.ts';
import type { CompileOptions, Device, DeviceTensor, Program } from './device.ts';
import { stepByStep } from './stepByStep.ts';
import { TensorFlowProgram } from './tensorFlow/tensorFlowProgram.ts';
import { TensorFlowTensor, toTensor } from './tensorFlow/tensorFlowTensor.ts';
import { toDeviceError } from './tensorFlow/toDeviceError.ts';

export interface TensorFlowDeviceOptions extends TensorFlowContext {
  /** Hardware and library in words. */
  readonly description: string;
  /** Whether TensorFlow computes on a graphics card; else it does on the processor. */
  readonly hasGpu: boolean;
}

/** TensorFlow.js: kernels are called node by node, and every result stays in its memory until it is disposed of. */
export class TensorFlowDevice implements Device {
  readonly name = 'tensorflow';
  readonly keepsState = true;
  readonly description: string;
  readonly hasGpu: boolean;
  private readonly tf: TensorFlow;
  private readonly context: TensorFlowContext;
  private readonly live = new Set<TensorFlowTensor>();

  constructor({ tf, layout, description, hasGpu }: TensorFlowDeviceOptions) {
    this.tf = tf;
    this.context = { tf, layout };
    this.description = description;
    this.hasGpu = hasGpu;
  }

  upload(tensor: HostTensor): Promise<DeviceTensor> {
    return attempt(
      'cannot take a tensor',
      () => new TensorFlowTensor(this.live, toTensor(this.tf, tensor), tensor.dtype),
    );
  }

  /** Throws DeviceError for `float16`, which TensorFlow.js does not have. */
  async compile(
    graph: TracedGraph,
    { baked = new Map<string, HostTensor>(), loop, precision = 'float32' }: CompileOptions = {},
  ): Promise<Program> {
    if (precision !== 'float32') {
      throw new DeviceError(
        `TensorFlow.js has no ${precision}: the device 'tensorflow' computes in float32 only.`,
      );
    }
    if (loop) {
      const signature = loopSignature(graph, loop, baked);
      return stepByStep(this, await this.compile(graph, { baked }), loop, signature);
    }
    return attempt(
      'cannot take the constants',
      () => new TensorFlowProgram(this.context, this.live, graph, baked),
    );
  }

  /** Frees what was not disposed of: nothing else would before the process ends. */
  dispose(): Promise<void> {
    for (const tensor of [...this.live]) tensor.dispose();
    return Promise.resolve();
  }
}

async function attempt<T>(problem: string, action: () => T): Promise<T> {
  try {
    return await Promise.resolve(action());
  } catch (error) {
    throw toDeviceError(error, problem);
  }
}
