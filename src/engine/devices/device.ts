import type { TracedGraph } from '../graph.ts';
import type { DType, HostTensor, Shape } from '../tensor.ts';

/**
 * What executes programs. `reference` computes in float64 with plain loops (tests only), `tensorflow` is TensorFlow.js,
 * the others are ONNX Runtime's providers of these names.
 */
export type DeviceName = 'reference' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'tensorflow';

/**
 * How a program holds and multiplies what is large. `float16`: weights, activations and products in half precision,
 * sums of products and all reductions, statistics, losses and optimisers in single precision.
 */
export type Precision = 'float32' | 'float16';

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

/**
 * A graph that is run several times in one run of its program: weights then cross to the device and back once for many
 * steps, where a device cannot keep them.
 */
export interface StepLoop {
  readonly steps: number;
  /** Which output of a step is which input of the next one; the program returns the last step's. */
  readonly carried: ReadonlyMap<string, string>;
  /** Inputs that differ from step to step: the program takes them as `[steps, ...shape]`. */
  readonly perStep: readonly string[];
}

export interface CompileOptions {
  /** Inputs that never change: they become constants of the program, which the device may re-lay out and fold. */
  readonly baked?: ReadonlyMap<string, HostTensor>;
  /** Runs the graph several times; outputs that are not carried come as `[steps, ...shape]`. */
  readonly loop?: StepLoop;
  /** The device's own when absent. Throws DeviceError where it lacks what is asked for. */
  readonly precision?: Precision;
}

export interface Device {
  readonly name: DeviceName;
  /** Hardware and library in words, for a run's record. */
  readonly description: string;
  /**
   * Whether results stay in the device's memory, so that feeding them to the next run costs nothing. Where they do not,
   * several steps belong into one run: `CompileOptions.loop`.
   */
  readonly keepsState: boolean;
  /** How many steps of a training are best put into one program at most; absent where any number does. */
  readonly longestLoop?: number;
  /** What programs are compiled in that do not ask for a precision; `float32` when absent. */
  readonly precision?: Precision;
  upload(tensor: HostTensor): Promise<DeviceTensor>;
  compile(graph: TracedGraph, options?: CompileOptions): Promise<Program>;
  dispose(): Promise<void>;
}
