import type { Command } from 'commander';
import { z } from 'zod';
import { makeSampleDataset } from '../../jobs/makeSampleDataset.ts';
import { withInterrupts } from '../interrupts.ts';
import { numberOption } from '../options.ts';

interface Options {
  readonly classes: number;
  readonly seed: number;
  readonly imagesPerClass: number;
}

export function addSampleDatasetCommand(program: Command): void {
  program
    .command('sample-dataset')
    .description('draw a dataset of ultrasound-like phantoms to try the program with')
    .argument('<dir>', 'a new or an empty folder')
    .addOption(
      numberOption(
        '--classes <n>',
        '2: benign and malignant; 3: normal, too',
        z.literal([2, 3]),
        '2 or 3',
      ).default(3),
    )
    .addOption(
      numberOption(
        '--seed <n>',
        'decides what is drawn',
        z.int().min(0),
        'a whole number, 0 or more',
      ).default(0),
    )
    .addOption(
      numberOption(
        '--images-per-class <n>',
        'in all splits together',
        z.int().min(10),
        'a whole number, 10 or more',
      ).default(100),
    )
    .action(async (directory: string, { classes, seed, imagesPerClass }: Options) => {
      const folder = await withInterrupts((signal) =>
        makeSampleDataset(directory, { classes: classes === 2 ? 2 : 3, seed, imagesPerClass, signal }),
      );
      process.stdout.write(`${folder}\n`);
    });
}
