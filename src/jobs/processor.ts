import type { Device } from '../engine/devices/device.ts';
import { openDevice } from './devices/openDevice.ts';

/**
 * The processor as a device, opened by the first who asks. Every machine has one, and what uses it leaves a graphics card
 * to the run that trains on it.
 */
export class Processor {
  private device: Promise<Device> | undefined;

  /** A failure is not kept. */
  open(): Promise<Device> {
    this.device ??= openDevice('cpu').then(
      ({ device }) => device,
      (error: unknown) => {
        this.device = undefined;
        throw error;
      },
    );
    return this.device;
  }

  async dispose(): Promise<void> {
    const opened = this.device;
    this.device = undefined;
    await (await opened)?.dispose();
  }
}
