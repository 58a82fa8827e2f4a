import * as ort from 'onnxruntime-node';
import { DeviceError } from '../../errors.ts';
import { trace, type TracedGraph } from '../../graph.ts';
import { add } from '../../ops/add.ts';
import type { Signature } from '../../stepLoop.ts';
import { NEXT_TALLY, STAMP, TALLY } from './receiptNames.ts';
import { hostTensor, type Session, type SessionTensor } from './session.ts';

/** Sums of stamps below this are exact in single precision. */
const EXACT = 2 ** 23;

/**
 * Proof that what was fed from this process has reached the GPU.
 *
 * Where the driver has no memory left to stage a copy, ONNX Runtime's WebGPU provider (1.30) writes that to its log,
 * drops all copies of that run and goes on: the run succeeds, with whatever the buffers held before. So every run is
 * fed a stamp beside its inputs and adds it to a tally on the device, which is compared with our own before anything
 * that the device computed is believed.
 */
export class Receipts {
  private tally = hostTensor(scalar(0));
  private expected = 0;
  private runs = 0;

  /** The graph with the addition beside what it computes. */
  static addTo(graph: TracedGraph): TracedGraph {
    const receipt = trace((g) => ({ [NEXT_TALLY]: add(g.input(TALLY, []), g.input(STAMP, [])) }));
    return {
      inputs: new Map([...graph.inputs, ...receipt.inputs]),
      constants: new Map([...graph.constants, ...receipt.constants]),
      outputs: new Map([...graph.outputs, ...receipt.outputs]),
    };
  }

  /** What is left of a program's inputs and outputs for others to see. */
  static hide({ inputs, outputs }: Signature): Signature {
    const own = new Set([TALLY, STAMP, NEXT_TALLY]);
    const others = <T>(types: ReadonlyMap<string, T>): Map<string, T> =>
      new Map([...types].filter(([name]) => !own.has(name)));
    return { inputs: others(inputs), outputs: others(outputs) };
  }

  /** Runs a program that has the addition, and keeps count. */
  async run(
    session: Pick<Session, 'run'>,
    feeds: Readonly<Record<string, ort.Tensor>>,
  ): Promise<Readonly<Record<string, SessionTensor>>> {
    const stamp = 1 + (this.runs++ % 31);
    const results = await session.run({ ...feeds, [TALLY]: this.tally.tensor, [STAMP]: scalar(stamp) });
    this.replace(results[NEXT_TALLY], this.expected + stamp);
    if (this.expected > EXACT) this.restart();
    return results;
  }

  /** Throws DeviceError 'lost' when a run since the last call did not get its inputs. @param read reads a scalar */
  async verify(read: (tally: ort.Tensor) => Promise<number>): Promise<void> {
    if (this.expected === 0) return;
    const { expected } = this;
    const found = await read(this.tally.tensor);
    this.restart();
    if (found === expected) return;
    throw new DeviceError(
      'The device has run out of memory and dropped what was sent to it, so that its results are of no use.',
      { failure: 'lost' },
    );
  }

  /** Begins to count anew, and frees what is on the device. */
  restart(): void {
    this.replace(hostTensor(scalar(0)), 0);
  }

  private replace(tally: SessionTensor, expected: number): void {
    this.tally.free();
    this.tally = tally;
    this.expected = expected;
  }
}

function scalar(value: number): ort.Tensor {
  return new ort.Tensor('float32', Float32Array.of(value), []);
}
