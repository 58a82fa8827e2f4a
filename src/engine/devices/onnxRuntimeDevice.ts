import * as ort from 'onnxruntime-node';
import type { TracedGraph } from '../graph.ts';
import type { ProviderName } from '../onnx/emitter.ts';
import { longestLoop } from '../onnx/loopModel.ts';
import type { HostTensor } from '../tensor.ts';
import type { CompileOptions, Device, DeviceTensor, Program } from './device.ts';
import { Guard } from './onnxRuntime/guard.ts';
import { lowerProgram } from './onnxRuntime/lowerProgram.ts';
import { OnnxProgram } from './onnxRuntime/onnxProgram.ts';
import { Session } from './onnxRuntime/session.ts';
import { providerNote } from './onnxRuntime/providerOptions.ts';
import { sessionOptions, type OnnxRuntimeOptions } from './onnxRuntime/sessionOptions.ts';
import { Transfers } from './onnxRuntime/transfers.ts';
import { withoutTf32 } from './withoutTf32.ts';

const PROVIDER_TITLES: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

/** ONNX Runtime with one execution provider. With WebGPU every result stays in GPU memory until it is read. */
export class OnnxRuntimeDevice implements Device {
  readonly name: ProviderName;
  readonly description: string;
  readonly keepsState: boolean;
  readonly longestLoop: number;
  private readonly options: OnnxRuntimeOptions;
  private readonly guard: Guard;
  private readonly transfers: Transfers;
  private readonly programs = new Set<OnnxProgram>();

  constructor(name: ProviderName, options: OnnxRuntimeOptions = {}) {
    const { threads = 0 } = options;
    // Read when the first session is made: the driver's errors are thrown, or end in `Receipts`.
    ort.env.logLevel = 'fatal';
    if (name === 'cuda') withoutTf32();
    this.name = name;
    this.options = name === 'cpu' ? options : {};
    this.keepsState = name === 'cpu' || name === 'webgpu';
    this.longestLoop = longestLoop(name);
    this.guard = new Guard(name);
    this.transfers = new Transfers(name, this.guard);
    const runtime = `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}`;
    const suffix = name === 'cpu' && threads > 0 ? `, ${threads} threads` : '';
    this.description = `${runtime}, ${PROVIDER_TITLES[name]}${suffix}${providerNote(name)}`;
  }

  /** How many tensors hold memory of the device's own. */
  get liveTensors(): number {
    return this.transfers.live.size;
  }

  upload(tensor: HostTensor): Promise<DeviceTensor> {
    return this.transfers.upload(tensor);
  }

  async compile(graph: TracedGraph, options: CompileOptions = {}): Promise<Program> {
    const { transfers, guard, name } = this;
    const lowered = lowerProgram(graph, name, options);
    const outputs = transfers.hasMemory ? 'gpu-buffer' : 'cpu';
    await transfers.open();
    return guard.call('Compiling a program', async () => {
      const settings = sessionOptions(name, outputs, this.options);
      const session = await Session.create(lowered.model, settings);
      const onDispose = (): unknown => this.programs.delete(program);
      const parts = { session, signature: lowered, graph, onDispose };
      const program: OnnxProgram = new OnnxProgram(transfers, guard, parts);
      this.programs.add(program);
      return program;
    });
  }

  /** Frees all that the device holds, tensors included, when what is under way has ended. */
  async dispose(): Promise<void> {
    await this.guard.close();
    this.transfers.freeTensors();
    for (const program of [...this.programs]) await program.dispose();
    await this.transfers.dispose();
  }
}
