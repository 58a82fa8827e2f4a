import { Option, type Command } from 'commander';
import { z } from 'zod';
import type { ExperimentEvent } from '../../jobs/experiment/experimentEvent.ts';
import { runExperiment } from '../../jobs/experiment/runExperiment.ts';
import { parseDeviceChoice } from '../../jobs/devices/openDevice.ts';
import { buildReport } from '../../jobs/report/buildReport.ts';
import { headlineTables } from '../../jobs/report/headlineTables.ts';
import { writeReport } from '../../jobs/report/writeReport.ts';
import { DEVICE_CHOICES, type DeviceChoice } from '../../protocol/settings.ts';
import { defaultExperimentFolder, followExperiment } from '../followExperiment.ts';
import { formatReport } from '../formatReport.ts';
import { formatTable } from '../formatTable.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption, numberOption } from '../options.ts';
import { remarkDevice } from '../remarkDevice.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly out?: string;
  readonly data?: string;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addExperimentCommand(program: Command): void {
  program
    .command('experiment')
    .description('run a grid of datasets, methods and seeds, as far as it is not done yet, and report it')
    .argument('<file>', "the grid's YAML file, or the folder of an experiment that was begun")
    .option('--out <dir>', "the experiment's folder (default: .tsynd/experiments/<name of the file>)")
    .option('--data <dir>', 'where datasets are that do not lie beside the file')
    .addOption(
      new Option('--device <name>', DEVICE_CHOICES.join(', ')).default('auto').argParser(parseDeviceChoice),
    )
    .addOption(
      numberOption(
        '--threads <n>',
        'threads of the cpu device (default: one a processor)',
        z.int().min(1),
        'a whole number, 1 or more',
      ),
    )
    .option('--dry-run', 'only check the grid and list its cells')
    .addOption(jsonOption())
    .action(async (file: string, { out, dryRun, json, ...options }: Options) => {
      const terminal = new Terminal(json === true);
      const request = { ...options, path: file, out: out ?? defaultExperimentFolder(file), dryRun };
      const result = await withInterrupts((signal) => {
        const job = runExperiment({ ...request, signal, onDevice: remarkDevice(terminal) });
        return followExperiment(dryRun ? withCells(job, terminal) : job, terminal);
      });
      if (result.failed > 0) {
        terminal.remark(
          `${result.failed} cell${result.failed === 1 ? '' : 's'} failed; the same command tries again.`,
        );
        process.exitCode = 1;
      }
      if (!dryRun) await tellReport(result.folder, terminal);
      terminal.emit({ type: 'result', ...result });
      if (!terminal.isJson && !dryRun) terminal.print(result.folder);
    });
}

/** Writes the report of all cells that are finished, and prints its main tables. */
async function tellReport(folder: string, terminal: Terminal): Promise<void> {
  const report = await buildReport(folder);
  const files = await writeReport(folder, report);
  for (const line of formatReport(report, headlineTables(report))) terminal.print(line);
  for (const file of files) terminal.print(file);
}

/** The same events; the cells of the plan are listed. */
async function* withCells<T>(
  job: AsyncGenerator<ExperimentEvent, T>,
  terminal: Terminal,
): AsyncGenerator<ExperimentEvent, T> {
  for (;;) {
    const next = await job.next();
    if (next.done) return next.value;
    yield next.value;
    if (next.value.type !== 'plan') continue;
    const rows = next.value.plan.cells.map(({ dataset, fraction, architecture, arm, seed }) => {
      return [dataset, `${Number((100 * fraction).toPrecision(6))} %`, architecture, arm, `seed ${seed}`];
    });
    if (rows.length > 0) for (const line of formatTable(rows)) terminal.print(line);
  }
}
