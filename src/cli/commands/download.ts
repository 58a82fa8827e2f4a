import type { Command } from 'commander';
import { z } from 'zod';
import { downloadDataset } from '../../jobs/downloadDataset.ts';
import { withInterrupts } from '../interrupts.ts';
import { numberOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly size: number;
  readonly out: string;
  readonly baseUrl?: string;
}

const REMARK_INTERVAL_MS = 3000;

export function addDownloadCommand(program: Command): void {
  program
    .command('download')
    .description("download a dataset of MedMNIST from its authors' address")
    .argument('<flag>', "MedMNIST's name of the dataset, e.g. breastmnist")
    .addOption(
      numberOption(
        '--size <px>',
        'side of the images: 28, 64, 128 or 224',
        z.number(),
        'one of 28, 64, 128, 224',
      ).default(28),
    )
    .option('--out <dir>', 'folder for the file', '.')
    .option('--base-url <url>', 'another place of the same files')
    .action(async (flag: string, { size, out, baseUrl }: Options) => {
      const terminal = new Terminal(false);
      const file = await withInterrupts((signal) =>
        downloadDataset({
          flag,
          size,
          baseUrl,
          directory: out,
          signal,
          onProgress: remarkProgress(terminal),
        }),
      );
      terminal.print(file);
    });
}

/** Remarks on the way of a download, every few seconds. */
function remarkProgress(terminal: Terminal): (received: number, total: number | undefined) => void {
  let lastRemarkAt = performance.now();
  return (received, total) => {
    const now = performance.now();
    if (now - lastRemarkAt < REMARK_INTERVAL_MS) return;
    lastRemarkAt = now;
    const of = total === undefined ? '' : ` of ${megabytes(total)}`;
    terminal.remark(`${megabytes(received)}${of} MB`);
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
