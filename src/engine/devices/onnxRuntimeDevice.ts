import * as ort from 'onnxruntime-node';
import { DeviceError, misshapenInput, missingInput } from '../errors.ts';
import { trace, type TracedGraph } from '../graph.ts';
import { deviceData, type ProviderName } from '../onnx/emitter.ts';
import { lowerGraph } from '../onnx/lowerGraph.ts';
import { stopGradient } from '../ops/stopGradient.ts';
import {
  formatShape,
  sameShape,
  type DType,
  type HostTensor,
  type Shape,
  type TensorData,
} from '../tensor.ts';
import type { CompileOptions, Device, DeviceTensor, Program } from './device.ts';

class OnnxTensor implements DeviceTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly tensor: ort.Tensor;
  private readonly device: OnnxRuntimeDevice;

  constructor(device: OnnxRuntimeDevice, tensor: ort.Tensor, dtype: DType) {
    this.shape = tensor.dims;
    this.dtype = dtype;
    this.tensor = tensor;
    this.device = device;
  }

  read(): Promise<HostTensor> {
    return this.device.read(this);
  }

  dispose(): void {
    if (this.tensor.location !== 'cpu') this.tensor.dispose();
  }
}

export interface OnnxRuntimeOptions {
  /** Threads within an operation (CPU provider). The same number gives the same bytes. */
  readonly threads?: number;
}

/** ONNX Runtime with one execution provider. On a GPU provider every result stays in GPU memory until it is read. */
export class OnnxRuntimeDevice implements Device {
  readonly name: 'cpu' | 'webgpu';
  readonly description: string;
  private readonly threads: number;
  private readonly copiers = new Map<string, Promise<ort.InferenceSession>>();

  constructor(name: 'cpu' | 'webgpu', { threads = 0 }: OnnxRuntimeOptions = {}) {
    this.name = name;
    this.threads = threads;
    const runtime = `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}`;
    this.description =
      name === 'cpu' ? `${runtime}, CPU${threads > 0 ? `, ${threads} threads` : ''}` : `${runtime}, WebGPU`;
  }

  async upload(tensor: HostTensor): Promise<DeviceTensor> {
    const onHost = new ort.Tensor(onnxTypeName(tensor.dtype), deviceData(tensor), tensor.shape);
    if (this.name === 'cpu') return new OnnxTensor(this, onHost, tensor.dtype);
    const copier = await this.copier(tensor.shape, tensor.dtype, 'gpu-buffer');
    const { y } = await guard(() => copier.run({ x: onHost }));
    return new OnnxTensor(this, y, tensor.dtype);
  }

  async read({ tensor, dtype, shape }: OnnxTensor): Promise<HostTensor> {
    if (tensor.location === 'cpu') return { dtype, shape, data: tensor.data as TensorData };
    // tensor.getData() on a GPU buffer aborts the process (onnxruntime-node 1.30): copy through a program instead.
    const copier = await this.copier(shape, dtype, 'cpu');
    const { y } = await guard(() => copier.run({ x: tensor }));
    return { dtype, shape, data: y.data as TensorData };
  }

  async compile(graph: TracedGraph, { baked }: CompileOptions = {}): Promise<Program> {
    const { model, inputNames } = lowerGraph(graph, this.provider, baked);
    const session = await this.createSession(model, this.name === 'cpu' ? 'cpu' : 'gpu-buffer');
    const types = new Map([...graph.outputs].map(([name, value]) => [name, value.dtype]));
    return {
      inputNames,
      run: async (inputs) => {
        const feeds: Record<string, ort.Tensor> = {};
        for (const name of inputNames) feeds[name] = requireTensor(inputs[name], name, graph);
        const results = await guard(() => session.run(feeds));
        const outputs: Record<string, DeviceTensor> = {};
        for (const [name, dtype] of types) outputs[name] = new OnnxTensor(this, results[name], dtype);
        return outputs;
      },
      dispose: () => session.release(),
    };
  }

  async dispose(): Promise<void> {
    for (const copier of this.copiers.values()) await (await copier).release();
    this.copiers.clear();
  }

  private get provider(): ProviderName {
    return this.name;
  }

  private copier(shape: Shape, dtype: DType, to: 'cpu' | 'gpu-buffer'): Promise<ort.InferenceSession> {
    const key = `${dtype}${formatShape(shape)} to ${to}`;
    let copier = this.copiers.get(key);
    if (!copier) {
      const graph = trace((g) => ({ y: stopGradient(g.input('x', shape, dtype)) }));
      copier = this.createSession(lowerGraph(graph, this.provider).model, to);
      this.copiers.set(key, copier);
    }
    return copier;
  }

  private createSession(model: Uint8Array, outputs: 'cpu' | 'gpu-buffer'): Promise<ort.InferenceSession> {
    return guard(() =>
      ort.InferenceSession.create(model, {
        executionProviders: [this.name],
        graphOptimizationLevel: 'all',
        // One block planned for all intermediate results of a training step is a third larger than what they need.
        enableMemPattern: false,
        // Errors only: ONNX Runtime prints a line for every constant that it folds away.
        logSeverityLevel: 3,
        // Vanishing gradients and moments become denormal numbers, which the processor handles 100x slower.
        // Waiting threads spin while a program runs, and not between programs, which would starve the next one's.
        extra: { session: { set_denormal_as_zero: '1', force_spinning_stop: '1' } },
        ...(this.threads > 0 ? { intraOpNumThreads: this.threads } : {}),
        ...(outputs === 'gpu-buffer' ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      }),
    );
  }
}

function requireTensor(given: DeviceTensor | undefined, name: string, graph: TracedGraph): ort.Tensor {
  const expected = graph.inputs.get(name)!.shape;
  if (!(given instanceof OnnxTensor)) throw missingInput(name);
  if (!sameShape(given.shape, expected)) throw misshapenInput(name, expected, given.shape);
  return given.tensor;
}

function onnxTypeName(dtype: DType): 'float32' | 'int32' | 'bool' {
  return dtype;
}

async function guard<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new DeviceError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
