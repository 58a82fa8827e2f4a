import * as ort from 'onnxruntime-node';
import { DeviceError } from '../../errors.ts';
import type { HostTensor } from '../../tensor.ts';
import { hostTensor, type Session, type SessionTensor } from './session.ts';
import { UPLOAD, uploadFeeds } from './uploadModel.ts';

/** Sums of stamps up to here are exact in single precision. */
const EXACT = 2 ** 24;
/** A prime, so that a buffer that is used again rarely holds the stamp that it should get. */
const STAMPS = 1021;

/**
 * Proof that what was uploaded has reached the GPU.
 *
 * Where the driver has no memory left to stage a copy, ONNX Runtime's WebGPU provider (1.30) writes that to its log,
 * drops the copy and goes on: all runs succeed, with whatever the buffer held before. So every upload ends in a stamp,
 * which is added to a tally on the device, and the tally is compared with our own before anything that the device
 * computed is believed.
 */
export class Receipts {
  private tally = hostTensor(scalar(0));
  private expected = 0;
  private uploads = 0;

  /** Uploads a tensor with the program of its type, and keeps count. */
  async upload(session: Pick<Session, 'run'>, tensor: HostTensor): Promise<SessionTensor> {
    const stamp = 1 + (this.uploads++ % STAMPS);
    const feeds = { ...uploadFeeds(tensor, stamp), [UPLOAD.tally]: this.tally.tensor };
    const results = await session.run(feeds);
    this.replace(results[UPLOAD.nextTally], this.expected + stamp);
    return results[UPLOAD.tensor];
  }

  /** Whether the tally must be verified before the next upload. */
  get isFull(): boolean {
    return this.expected > EXACT - STAMPS;
  }

  /** Throws DeviceError 'lost' when an upload since the last call did not arrive. @param read reads a scalar */
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
