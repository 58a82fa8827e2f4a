import type { TestCondition } from '../../protocol/testConditions.ts';
import type { Pass } from './projectedGradient.ts';

/**
 * Passes that a `ConditionTester` takes for each of several conditions in turn, when `batches` hold the images; with
 * Square the most that it may take. The first FGSM takes the gradients for all.
 */
export function plannedPasses(conditions: readonly TestCondition[], batches: number): Record<Pass, number>[] {
  const firstFgsm = conditions.findIndex(({ kind }) => kind === 'fgsm');
  return conditions.map((condition, index) => {
    switch (condition.kind) {
      case 'clean':
      case 'noise':
        return { answers: batches, gradient: 0 };
      case 'fgsm':
        return { answers: batches, gradient: index === firstFgsm ? batches : 0 };
      case 'pgd': {
        const starts = batches * condition.restarts;
        return { answers: starts, gradient: starts * condition.steps };
      }
      case 'square':
        return { answers: batches * (condition.queries + 1), gradient: 0 };
    }
  });
}
