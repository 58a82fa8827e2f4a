import type { Command } from 'commander';
import { surveyDevices, type DeviceReport } from '../../jobs/openDevice.ts';
import { jsonOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('say what this machine can compute on, and what --device auto takes')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }) => {
      const terminal = new Terminal(json === true);
      const survey = await surveyDevices();
      for (const report of survey.devices) for (const line of formatReport(report)) terminal.print(line);
      terminal.print(`auto takes ${survey.chosen}: ${survey.reason}`);
      terminal.emit(survey);
    });
}

function formatReport({
  name,
  description,
  isAvailable,
  selfTestMs,
  problem,
  remedy,
}: DeviceReport): string[] {
  const title = `${name.padEnd(8)}${description}`;
  if (isAvailable) {
    return [`${title}: works${selfTestMs === undefined ? '' : `, self-test in ${selfTestMs.toFixed(1)} ms`}`];
  }
  return [
    `${title}: cannot be used`,
    ...(problem === undefined ? [] : [`          ${capitalized(problem)}`]),
    ...(remedy === undefined ? [] : [`          ${remedy}`]),
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
