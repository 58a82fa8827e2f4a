import { Option, type Command } from 'commander';
import { z } from 'zod';
import { measureRelevance } from '../../jobs/relevance/measureRelevance.ts';
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
import { formatRelevance } from '../formatRelevance.ts';
import { withInterrupts } from '../interrupts.ts';
import { datasetOption, jsonOption, numberOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly against?: string;
  readonly split: ScoredSplit;
  readonly limit?: number;
  readonly layer: string;
  readonly method: SaliencyMethod;
  readonly sign: SaliencySign;
  readonly target: 'predicted' | 'label';
  readonly steps: number;
  readonly seed: number;
  readonly dataset?: string;
  readonly json?: true;
}

const REMARK_INTERVAL_MS = 5000;

export function addRelevanceCommand(program: Command): void {
  const { method, sign, layer, target } = DEFAULT_SALIENCY;
  program
    .command('relevance')
    .description("measure how relevant what a run's explanations mark is, alone or against another run")
    .argument('<run>', "the run's folder")
    .option('--against <run>', 'folder of a run of the same images, to measure the differences')
    .addOption(
      new Option('--split <name>', 'test only for a final report').choices(SCORED_SPLITS).default('val'),
    )
    .addOption(
      numberOption(
        '--limit <n>',
        'images at most, spread over the classes (default: all)',
        z.int().min(1),
        'a whole number, 1 or more',
      ),
    )
    .addOption(
      new Option('--method <name>', 'how saliency is mapped').choices(SALIENCY_METHODS).default(method),
    )
    .addOption(
      new Option('--sign <name>', 'evidence: oriented towards the class; raw: as it comes')
        .choices(SALIENCY_SIGNS)
        .default(sign),
    )
    .option('--layer <name>', 'whose activations are mapped', layer)
    .addOption(
      new Option('--target <class>', 'the class that is explained, or given up')
        .choices(['predicted', 'label'])
        .default(target),
    )
    .addOption(
      numberOption(
        '--steps <n>',
        'of the search for an adversarial change, at most',
        z.int().min(1).max(MAX_ADVERSARIAL_STEPS),
        `a whole number from 1 to ${MAX_ADVERSARIAL_STEPS}`,
      ).default(DEFAULT_ADVERSARIAL.steps),
    )
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
      const terminal = new Terminal(options.json === true);
      const result = await withInterrupts((signal) =>
        measureRelevance({ ...requestOf(run, options), signal, onProgress: remarkProgress(terminal) }),
      );
      for (const line of formatRelevance(result)) terminal.print(line);
      terminal.emit({ type: 'result', ...result });
    });
}

function requestOf(
  run: string,
  { against, split, limit, method, sign, layer, target, steps, seed, dataset }: Options,
): Parameters<typeof measureRelevance>[0] {
  const saliency = { method, sign, layer, target };
  const adversarial = { ...DEFAULT_ADVERSARIAL, target, steps };
  return { run, against, split, limit, saliency, adversarial, seed, datasetPath: dataset };
}

/** Remarks on how far it is, every few seconds. */
function remarkProgress(terminal: Terminal): (done: number, total: number) => void {
  let lastRemarkAt = performance.now();
  return (done, total) => {
    const now = performance.now();
    if (now - lastRemarkAt < REMARK_INTERVAL_MS) return;
    lastRemarkAt = now;
    terminal.remark(`${done}/${total} images`);
  };
}
