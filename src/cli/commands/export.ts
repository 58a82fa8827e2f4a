import { Option, type Command } from 'commander';
import { exportCurated } from '../../jobs/exportCurated/exportCurated.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../protocol/libraryApi.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly format: ExportFormat;
  readonly syntheticOnly?: true;
  readonly json?: true;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description("write a run's accepted samples with its real images as a new dataset")
    .argument('<run>', "the run's folder")
    .argument('<target>', 'a new folder, or for npz a new .npz file')
    .addOption(
      new Option(
        '--format <name>',
        'folder: class folders with metadata.jsonl; npz: as MedMNIST; csv: a list and its images',
      )
        .choices(EXPORT_FORMATS)
        .default('folder'),
    )
    .option('--synthetic-only', 'leave the real training images out; validation and test stay real')
    .addOption(jsonOption())
    .action(async (run: string, target: string, { format, syntheticOnly, json }: Options) => {
      const terminal = new Terminal(json === true);
      const result = await withInterrupts((signal) =>
        exportCurated({ run, target, format, syntheticOnly: syntheticOnly === true, signal }),
      );
      const { synthetic, real } = result;
      terminal.print(`train: ${real.train} real and ${synthetic} synthetic images`);
      terminal.print(`val: ${real.val}, test: ${real.test} real images`);
      terminal.emit({ type: 'result', ...result });
      if (json !== true) terminal.print(result.dataset);
    });
}
