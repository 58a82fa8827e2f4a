import { experimentFileSchema, type ExperimentFile } from '../../protocol/experiment.ts';
import type { TestCondition } from '../../protocol/testConditions.ts';

type EvaluationSettings = ExperimentFile['evaluation'];

/** The conditions that an experiment's `evaluation` asks for, clean images first; it gives eps in 255ths. */
export function robustnessConditions({
  noise,
  fgsm,
  pgd,
  pgdSteps: steps,
  restarts,
}: EvaluationSettings): TestCondition[] {
  return [
    { kind: 'clean' },
    ...noise.map((sigma) => ({ kind: 'noise', sigma }) as const),
    ...fgsm.map((levels) => ({ kind: 'fgsm', eps: levels / 255 }) as const),
    ...pgd.map((levels) => ({ kind: 'pgd', eps: levels / 255, steps, restarts }) as const),
  ];
}

/** What an experiment that says nothing about its evaluation is evaluated under. */
export function defaultConditions(): TestCondition[] {
  return robustnessConditions(experimentFileSchema.shape.evaluation.parse(undefined));
}
