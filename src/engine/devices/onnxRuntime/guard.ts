import { DeviceError } from '../../errors.ts';
import { toDeviceError } from './toDeviceError.ts';

/**
 * What stands between us and ONNX Runtime. Calls wait for one another; every failure becomes a DeviceError that says
 * what was being done; and a device that is lost or closed is not called again: some of the runtime's calls would then
 * end the process, and others succeed without having done anything.
 */
export class Guard {
  readonly deviceName: string;
  private end: DeviceError | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(deviceName: string) {
    this.deviceName = deviceName;
  }

  /**
   * Calls the runtime. `action` must not call the guard again.
   *
   * @param what is being done, e.g. 'Reading a tensor of shape [2, 3]'
   */
  call<T>(what: string, action: () => Promise<T>): Promise<T> {
    const result = this.last.then(() => this.attempt(what, action));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when no call is under way. */
  get idle(): Promise<unknown> {
    return this.last;
  }

  /** No calls from here on; resolves when the last one is done. */
  async close(): Promise<void> {
    this.end ??= new DeviceError(`The device '${this.deviceName}' was used after it had been closed.`);
    await this.last;
  }

  private async attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    if (this.end) throw this.end;
    try {
      return await action();
    } catch (error) {
      const failure = toDeviceError(error, `${what} on '${this.deviceName}'`);
      if (failure.failure === 'lost') this.end = failure;
      throw failure;
    }
  }
}
