import type { Command } from 'commander';
import { z } from 'zod';
import { explainToFolder } from '../../jobs/explain/explainToFolder.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import { explanationOptions, splitOption, type ExplanationOptions } from '../explanationOptions.ts';
import { formatExplanations } from '../formatExplanations.ts';
import { withInterrupts } from '../interrupts.ts';
import { datasetOption, jsonOption, numberOption } from '../options.ts';
import { remarkProgress } from '../remarkProgress.ts';
import { Terminal } from '../terminal.ts';

interface Options extends ExplanationOptions {
  readonly against?: string;
  readonly out?: string;
  readonly target: string;
  readonly split: ScoredSplit;
  readonly limit: number;
  readonly adversarial: boolean;
  readonly dataset?: string;
  readonly json?: true;
}

const MAX_IMAGES = 200;

export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('show what the classifier of a run looks at, and what must change for it to change its mind')
    .argument('<run>', "the run's folder")
    .argument('[images...]', "image files; with none, images of the run's dataset")
    .option('--against <run>', 'folder of another run of the same dataset, to be set beside it')
    .option('--out <dir>', 'a new or an empty folder (default: explanation-<run>-<n> here)')
    .option(
      '--target <class>',
      'what is explained and then given up: predicted, label, or a class by its name or number',
      'predicted',
    )
    .addOption(splitOption('where no image files are given'))
    .addOption(
      numberOption(
        '--limit <n>',
        'images of the dataset at most, spread over the classes',
        z.int().min(1).max(MAX_IMAGES),
        `a whole number from 1 to ${MAX_IMAGES}`,
      ).default(8),
    )
    .option('--no-adversarial', 'only saliency maps');
  for (const option of explanationOptions()) command.addOption(option);
  command
    .addOption(datasetOption())
    .addOption(jsonOption())
    .action(async (run: string, files: string[], options: Options) => {
      const { against, out, split, limit, target, dataset: datasetPath } = options;
      const { method, sign, layer, steps, rate: learningRate } = options;
      const terminal = new Terminal(options.json === true);
      const { folder, figure, explanations } = await withInterrupts((signal) =>
        explainToFolder({
          ...{ run, against, out, files, split, limit, target, datasetPath, signal },
          saliency: { method, sign, layer },
          adversarial: options.adversarial ? { steps, learningRate } : undefined,
          onProgress: remarkProgress(terminal),
        }),
      );
      for (const line of formatExplanations(explanations)) terminal.print(line);
      terminal.emit({ type: 'result', folder, figure, images: explanations.images.length });
      if (options.json !== true) terminal.print(folder);
    });
}
