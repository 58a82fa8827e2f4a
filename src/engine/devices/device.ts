import type { TracedGraph } from '../graph.ts';
import type { DType, HostTensor, Shape } from '../tensor.ts';

/**
 * What executes programs. `reference` computes in float64 with plain loops (tests only); `cpu` and `webgpu` are ONNX
 * Runtime's providers of these names.
 */
export type DeviceName = 'reference' | 'cpu' | 'webgpu';

/** A tensor in a device's memory. It stays there until it is read or disposed of. */
export interface DeviceTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Copies the tensor to this process. */
  read(): Promise<HostTensor>;
  /** Frees the memory; the tensor must not be used afterwards. */
  dispose(): void;
}

/** A compiled graph. Runs of one program must not overlap. */
export interface Program {
  /** Names of the inputs that a run needs: those that the outputs depend on and that were not baked. */
  readonly inputNames: readonly string[];
  /** Computes all outputs; they stay on the device. Throws DeviceError when an input is missing or the device fails. */
  run(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /** Inputs that never change: they become constants of the program, which the device may re-lay out and fold. */
  readonly baked?: ReadonlyMap<string, HostTensor>;
}

export interface Device {
  readonly name: DeviceName;
  /** Hardware and library in words, for a run's record. */
  readonly description: string;
  upload(tensor: HostTensor): Promise<DeviceTensor>;
  compile(graph: TracedGraph, options?: CompileOptions): Promise<Program>;
  dispose(): Promise<void>;
}
