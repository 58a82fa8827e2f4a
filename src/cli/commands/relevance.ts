import { Option, type Command } from 'commander';
import { z } from 'zod';
import { measureRelevance } from '../../jobs/relevance/measureRelevance.ts';
import { DEFAULT_SALIENCY } from '../../protocol/explanations.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import { explanationOptions, splitOption, type ExplanationOptions } from '../explanationOptions.ts';
import { formatRelevance } from '../formatRelevance.ts';
import { withInterrupts } from '../interrupts.ts';
import { datasetOption, jsonOption, numberOption } from '../options.ts';
import { remarkProgress } from '../remarkProgress.ts';
import { Terminal } from '../terminal.ts';

interface Options extends ExplanationOptions {
  readonly against?: string;
  readonly split: ScoredSplit;
  readonly limit?: number;
  readonly target: 'predicted' | 'label';
  readonly seed: number;
  readonly dataset?: string;
  readonly json?: true;
}

export function addRelevanceCommand(program: Command): void {
  const command = program
    .command('relevance')
    .description("measure how relevant what a run's explanations mark is, alone or against another run")
    .argument('<run>', "the run's folder")
    .option('--against <run>', 'folder of another run of the same dataset, to measure the differences')
    .addOption(
      new Option('--target <class>', 'what is explained and then given up')
        .choices(['predicted', 'label'])
        .default(DEFAULT_SALIENCY.target),
    )
    .addOption(splitOption('test only for a final report'))
    .addOption(
      numberOption(
        '--limit <n>',
        'images at most, spread over the classes (default: all)',
        z.int().min(1),
        'a whole number, 1 or more',
      ),
    );
  for (const option of explanationOptions()) command.addOption(option);
  command
    .addOption(
      numberOption(
        '--seed <n>',
        'decides noise, ties and resampling',
        z.int().min(0),
        'a whole number, 0 or more',
      ).default(0),
    )
    .addOption(datasetOption())
    .addOption(jsonOption())
    .action(async (run: string, options: Options) => {
      const { against, split, limit, target, seed, dataset: datasetPath } = options;
      const { method, sign, layer, steps, rate: learningRate } = options;
      const terminal = new Terminal(options.json === true);
      const result = await withInterrupts((signal) =>
        measureRelevance({
          ...{ run, against, split, limit, seed, datasetPath, signal },
          saliency: { method, sign, layer, target },
          adversarial: { target, steps, learningRate },
          onProgress: remarkProgress(terminal),
        }),
      );
      for (const line of formatRelevance(result)) terminal.print(line);
      terminal.emit({ type: 'result', ...result });
    });
}
