import type { ExperimentFile } from '../../protocol/experiment.ts';
import { conditionKey, type TestCondition } from '../../protocol/testConditions.ts';
import { robustnessConditions } from '../evaluation/robustnessConditions.ts';

/** Under which test conditions all cells are evaluated. */
export interface ExperimentConditions {
  readonly conditions: readonly TestCondition[];
  /** Keys of those of the main table: clean, noise, FGSM, and PGD beside it where there is any. */
  readonly headline: readonly string[];
}

/**
 * The conditions of a file, each once, the weak ones of a kind first; those of the headline are there whether or not the
 * grids of strengths have them. Of strength zero there is none: it shows nothing that `clean` does not.
 */
export function experimentConditions({
  evaluation,
}: Pick<ExperimentFile, 'evaluation'>): ExperimentConditions {
  const { pgd, headlineNoise, headlineEps } = evaluation;
  const headline = robustnessConditions({
    ...evaluation,
    noise: [headlineNoise],
    fgsm: [headlineEps],
    pgd: pgd.length > 0 ? [headlineEps] : [],
  }).filter(isSeen);
  const all = [...headline, ...robustnessConditions(evaluation).filter(isSeen)].sort(byKindAndStrength);
  return {
    conditions: [...new Map(all.map((condition) => [conditionKey(condition), condition])).values()],
    headline: headline.map(conditionKey),
  };
}

function isSeen(condition: TestCondition): boolean {
  return condition.kind === 'clean' || strengthOf(condition) > 0;
}

const KINDS: readonly TestCondition['kind'][] = ['clean', 'noise', 'fgsm', 'pgd', 'square'];

function byKindAndStrength(a: TestCondition, b: TestCondition): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || strengthOf(a) - strengthOf(b);
}

function strengthOf(condition: TestCondition): number {
  if (condition.kind === 'clean') return 0;
  return condition.kind === 'noise' ? condition.sigma : condition.eps;
}
