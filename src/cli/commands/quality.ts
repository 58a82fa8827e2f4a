import { Option, type Command } from 'commander';
import { z } from 'zod';
import { measureQuality } from '../../jobs/quality/measureQuality.ts';
import { writeQuality } from '../../jobs/quality/writeQuality.ts';
import { POOL_SAMPLES, type PoolSamples } from '../../protocol/settings.ts';
import { formatQuality } from '../formatQuality.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption, numberOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly dataset?: string;
  readonly run?: string;
  readonly samples: PoolSamples;
  readonly seed: number;
  readonly out?: string;
  readonly json?: true;
}

export function addQualityCommand(program: Command): void {
  program
    .command('quality')
    .description('measure how near synthetic images are to real ones, in distribution and one by one')
    .argument('<pool>', 'a run, a curated export, or a dataset of another generator')
    .option(
      '--dataset <path>',
      'the real images; for a pool that is a run, where they lie now if they were moved',
    )
    .option('--run <run>', 'a finished run of another seed, best a baseline, for its features and its labels')
    .addOption(
      new Option('--samples <which>', 'of a run, by what was decided').choices(POOL_SAMPLES).default('all'),
    )
    .addOption(
      numberOption(
        '--seed <n>',
        'decides which images are compared, and the noise',
        z.int().min(0),
        'a whole number, 0 or more',
      ).default(0),
    )
    .option('--out <file>', "where to write the numbers as JSON (default for a run: its folder 'quality')")
    .addOption(jsonOption())
    .action(async (pool: string, { dataset, run, samples, seed, out, json }: Options) => {
      const terminal = new Terminal(json === true);
      const report = await withInterrupts(async (signal) => {
        const job = measureQuality({ pool, samples, datasetPath: dataset, runPath: run, seed, signal });
        for (;;) {
          const next = await job.next();
          if (next.done) return next.value;
          terminal.emit(next.value);
          terminal.remark(`${next.value.done}/${next.value.total} ${next.value.step}`);
        }
      });
      const file = await writeQuality(report, out);
      for (const line of formatQuality(report)) terminal.print(line);
      terminal.emit({ type: 'result', ...report, ...(file !== undefined && { file }) });
      if (file !== undefined && json !== true) terminal.print(file);
    });
}
