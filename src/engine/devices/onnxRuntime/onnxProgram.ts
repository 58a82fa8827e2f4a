import type * as ort from 'onnxruntime-node';
import { DeviceError, misshapenInput, missingInput } from '../../errors.ts';
import type { TensorType, TracedGraph } from '../../graph.ts';
import type { Signature } from '../../stepLoop.ts';
import { sameShape } from '../../tensor.ts';
import type { DeviceTensor, Program } from '../device.ts';
import type { Guard } from './guard.ts';
import { largestTensor } from './largestTensor.ts';
import { OnnxTensor, type TensorHome } from './onnxTensor.ts';
import type { Session } from './session.ts';

interface ProgramParts {
  readonly session: Session;
  readonly signature: Signature;
  /** For the message when memory does not suffice. */
  readonly graph: TracedGraph;
  readonly onDispose: () => void;
}

/** A session of ONNX Runtime behind the names and types of its inputs and outputs. */
export class OnnxProgram implements Program {
  readonly inputNames: readonly string[];
  private readonly home: TensorHome;
  private readonly guard: Guard;
  private readonly parts: ProgramParts;
  private isDisposed = false;

  constructor(home: TensorHome, guard: Guard, parts: ProgramParts) {
    this.inputNames = [...parts.signature.inputs.keys()];
    this.home = home;
    this.guard = guard;
    this.parts = parts;
  }

  async run(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>> {
    const { signature, graph } = this.parts;
    this.requireOpen();
    const given = [...signature.inputs].map(
      ([name, type]) => [name, this.required(inputs[name], name, type)] as const,
    );
    const feeds: Record<string, ort.Tensor> = {};
    for (const [name, tensor] of given) feeds[name] = tensor.feed();
    try {
      return await this.guard.call('Running a program', () => this.runSession(feeds));
    } catch (error) {
      if (!(error instanceof DeviceError) || error.failure !== 'out-of-memory') throw error;
      const { failure, message } = error;
      const note = `The program's largest tensor is ${largestTensor(graph)}.`;
      throw new DeviceError(`${message} ${note}`, { failure, cause: error });
    }
  }

  async dispose(): Promise<void> {
    if (this.isDisposed) return;
    this.isDisposed = true;
    await this.guard.idle;
    await this.parts.session.close();
    this.parts.onDispose();
  }

  /** Runs and wraps at once: a device that is closed after this knows all its tensors. */
  private async runSession(
    feeds: Readonly<Record<string, ort.Tensor>>,
  ): Promise<Record<string, DeviceTensor>> {
    this.requireOpen();
    const { session, signature } = this.parts;
    const results = await session.run(feeds);
    const outputs: Record<string, DeviceTensor> = {};
    for (const [name, { dtype }] of signature.outputs) {
      outputs[name] = new OnnxTensor(this.home, results[name], dtype);
    }
    return outputs;
  }

  private requireOpen(): void {
    if (this.isDisposed) throw new DeviceError('A program was run after it had been disposed of.');
  }

  private required(given: DeviceTensor | undefined, name: string, { shape }: TensorType): OnnxTensor {
    if (!(given instanceof OnnxTensor)) throw missingInput(name);
    if (!given.isOf(this.home)) {
      throw new DeviceError(`The program's input '${name}' is a tensor of another device.`);
    }
    if (!sameShape(given.shape, shape)) throw misshapenInput(name, shape, given.shape);
    return given;
  }
}
