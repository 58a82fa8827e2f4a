import { Option, type Command } from 'commander';
import { installDevice } from '../../jobs/devices/installDevice.ts';
import { surveyDevices } from '../../jobs/devices/surveyDevices.ts';
import { INSTALLABLE, type Installable } from '../../protocol/devices.ts';
import { formatDevices } from '../formatDevices.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption } from '../options.ts';
import { remarkDevice } from '../remarkDevice.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly refresh?: true;
  readonly install?: Installable;
  readonly json?: true;
}

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('say what this machine can compute on, and what --device auto takes')
    .option('--refresh', 'measure again, also where nothing has changed')
    .addOption(
      new Option('--install <device>', "fetch a device's libraries from the internet first").choices(
        INSTALLABLE,
      ),
    )
    .addOption(jsonOption())
    .action(async ({ refresh, install, json }: Options) => {
      const terminal = new Terminal(json === true);
      const survey = await withInterrupts(async (signal) => {
        if (install !== undefined) {
          for await (const { message } of installDevice(install, { signal })) {
            terminal.remark(message);
          }
        }
        return surveyDevices({ refresh, signal, onDevice: remarkDevice(terminal) });
      });
      for (const line of formatDevices(survey)) terminal.print(line);
      terminal.emit(survey);
    });
}
