import { Option, type Command } from 'commander';
import { z } from 'zod';
import { explainToFolder } from '../../jobs/explain/explainToFolder.ts';
import { adversarialChoicesSchema } from '../../protocol/explanationSchemas.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  MAX_ADVERSARIAL_STEPS,
  SALIENCY_METHODS,
  SALIENCY_SIGNS,
  type SaliencyMethod,
  type SaliencySign,
} from '../../protocol/explanations.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../../protocol/scoreTable.ts';
import { formatExplanations } from '../formatExplanations.ts';
import { withInterrupts } from '../interrupts.ts';
import { datasetOption, jsonOption, numberOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly against?: string;
  readonly out?: string;
  readonly method: SaliencyMethod;
  readonly sign: SaliencySign;
  readonly layer: string;
  readonly target: string;
  readonly split: ScoredSplit;
  readonly limit: number;
  readonly adversarial: boolean;
  readonly steps: number;
  readonly rate: number;
  readonly dataset?: string;
  readonly json?: true;
}

const MAX_IMAGES = 200;
const { steps, learningRate } = adversarialChoicesSchema.shape;

export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description('show what the classifier of a run looks at, and what must change for it to change its mind')
    .argument('<run>', "the run's folder")
    .argument('[images...]', "image files; with none, images of the run's dataset")
    .option('--against <run>', 'another run of the same dataset, to be set beside it')
    .option('--out <dir>', 'a new or an empty folder (default: explanation-<run>-<n> here)')
    .addOption(
      new Option('--method <name>', 'of the saliency map')
        .choices(SALIENCY_METHODS)
        .default(DEFAULT_SALIENCY.method),
    )
    .addOption(
      new Option(
        '--sign <name>',
        'evidence: turned to what speaks for the class; raw: as pytorch-grad-cam shows it',
      )
        .choices(SALIENCY_SIGNS)
        .default(DEFAULT_SALIENCY.sign),
    )
    .option('--layer <name>', 'layer4 or layer3 of a ResNet', DEFAULT_SALIENCY.layer)
    .option('--target <class>', 'predicted, label, or a class by its name or number', 'predicted')
    .addOption(
      new Option('--split <name>', "of the run's dataset, where no image files are given")
        .choices(SCORED_SPLITS)
        .default('val'),
    )
    .addOption(
      numberOption(
        '--limit <n>',
        'images of the dataset, spread over the classes',
        z.int().min(1).max(MAX_IMAGES),
        `a whole number from 1 to ${MAX_IMAGES}`,
      ).default(8),
    )
    .option('--no-adversarial', 'only saliency maps')
    .addOption(
      numberOption(
        '--steps <n>',
        'of the adversarial search, at most',
        steps,
        `a whole number from 1 to ${MAX_ADVERSARIAL_STEPS}`,
      ).default(DEFAULT_ADVERSARIAL.steps),
    )
    .addOption(
      numberOption(
        '--rate <r>',
        "Adam's on the latent",
        learningRate,
        'a number above 0 and up to 10',
      ).default(DEFAULT_ADVERSARIAL.learningRate),
    )
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
          onProgress: (done, total) => terminal.emit({ type: 'progress', done, total }),
        }),
      );
      for (const line of formatExplanations(explanations)) terminal.print(line);
      terminal.emit({ type: 'result', folder, figure, images: explanations.images.length });
      if (options.json !== true) terminal.print(folder);
    });
}
