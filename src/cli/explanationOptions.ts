import { Option } from 'commander';
import { adversarialChoicesSchema } from '../protocol/explanationSchemas.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  EXPLAINED_LAYERS,
  MAX_ADVERSARIAL_STEPS,
  SALIENCY_METHODS,
  SALIENCY_SIGNS,
  type SaliencyMethod,
  type SaliencySign,
} from '../protocol/explanations.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../protocol/scoreTable.ts';
import { numberOption } from './options.ts';

/** What the options of `explanationOptions` give. */
export interface ExplanationOptions {
  readonly method: SaliencyMethod;
  readonly sign: SaliencySign;
  readonly layer: string;
  readonly steps: number;
  readonly rate: number;
}

/** How images are explained, the same for all commands that do. */
export function explanationOptions(): Option[] {
  const { steps, learningRate } = adversarialChoicesSchema.shape;
  const layers = [0, 1].map((place) => {
    const names = Object.values(EXPLAINED_LAYERS).map((all) => all[place]);
    return [...new Set(names)].join(', ');
  });
  return [
    new Option('--method <name>', 'of the saliency map')
      .choices(SALIENCY_METHODS)
      .default(DEFAULT_SALIENCY.method),
    new Option(
      '--sign <name>',
      'evidence: turned to what speaks for the class; raw: as pytorch-grad-cam shows it',
    )
      .choices(SALIENCY_SIGNS)
      .default(DEFAULT_SALIENCY.sign),
    new Option(
      '--layer <name>',
      `whose activations are mapped: ${layers[0]}, or further to the front ${layers[1]}`,
    ).default(DEFAULT_SALIENCY.layer),
    numberOption(
      '--steps <n>',
      'of the adversarial search, at most',
      steps,
      `a whole number from 1 to ${MAX_ADVERSARIAL_STEPS}`,
    ).default(DEFAULT_ADVERSARIAL.steps),
    numberOption(
      '--rate <r>',
      'learning rate of the adversarial search, in the latent',
      learningRate,
      'a number above 0 and up to 10',
    ).default(DEFAULT_ADVERSARIAL.learningRate),
  ];
}

/** Of the run's dataset; `remark` says what else is to be known. */
export function splitOption(remark: string): Option {
  return new Option('--split <name>', `of the run's dataset; ${remark}`)
    .choices(SCORED_SPLITS)
    .default('val' satisfies ScoredSplit);
}
