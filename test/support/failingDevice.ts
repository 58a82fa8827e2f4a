import type { Device, Program } from '../../src/engine/devices/device.ts';
import { DeviceError, type DeviceFailure } from '../../src/engine/errors.ts';

/** A device that is gone from its `run`-th run of a program on, as a driver that was reset takes it away. */
export function failingDevice(device: Device, run: number, failure: DeviceFailure = 'lost'): Device {
  let runs = 0;
  const check = (): void => {
    if (runs >= run) throw new DeviceError("Reading on 'test' failed: [Device] is lost.", { failure });
  };
  const failing = (program: Program): Program => ({
    inputNames: program.inputNames,
    run: async (inputs) => {
      runs++;
      check();
      return program.run(inputs);
    },
    dispose: () => program.dispose(),
  });
  return {
    name: device.name,
    description: device.description,
    keepsState: device.keepsState,
    upload: async (tensor) => {
      check();
      return device.upload(tensor);
    },
    compile: async (graph, options) => {
      check();
      return failing(await device.compile(graph, options));
    },
    dispose: () => device.dispose(),
  };
}
