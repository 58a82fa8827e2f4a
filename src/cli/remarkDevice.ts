import type { DeviceName } from '../protocol/devices.ts';
import type { Terminal } from './terminal.ts';

/** Says that a device is being tried: until that is done, nothing else is heard. */
export function remarkDevice(terminal: Terminal): (name: DeviceName) => void {
  return (name) => terminal.remark(`Trying the device ${name} ...`);
}
