import { z } from 'zod';

const strength = z.number().min(0).max(1);

/**
 * What is done to test images before a classifier sees them; all in [0, 1] and clipped to it.
 *
 * - `noise`: Gaussian noise of standard deviation sigma, drawn once an image and sigma, the same for all classifiers.
 * - `fgsm`: one signed gradient step of length eps (Goodfellow et al., arXiv 1412.6572).
 * - `pgd`: projected signed gradient steps from random starts (Madry et al., arXiv 1706.06083), the worst start counts.
 * - `square`: random search without gradients (Andriushchenko et al., arXiv 1912.00049), to tell masked gradients.
 */
export const testConditionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clean') }),
  z.strictObject({ kind: z.literal('noise'), sigma: strength }),
  z.strictObject({ kind: z.literal('fgsm'), eps: strength }),
  z.strictObject({
    kind: z.literal('pgd'),
    eps: strength,
    steps: z.int().min(1),
    restarts: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal('square'), eps: strength, queries: z.int().min(1) }),
]);

export type TestCondition = z.infer<typeof testConditionSchema>;

/** A condition's name in files and tables: `clean`, `noise-0.12`, `fgsm-0.031373`, `pgd-0.031373`. */
export function conditionKey(condition: TestCondition): string {
  switch (condition.kind) {
    case 'clean':
      return 'clean';
    case 'noise':
      return `noise-${shortNumber(condition.sigma)}`;
    default:
      return `${condition.kind}-${shortNumber(condition.eps)}`;
  }
}

/** For people: `clean`, `noise σ 0.12`, `FGSM ε 8/255`. */
export function describeCondition(condition: TestCondition): string {
  switch (condition.kind) {
    case 'clean':
      return 'clean';
    case 'noise':
      return `noise σ ${shortNumber(condition.sigma)}`;
    case 'fgsm':
      return `FGSM ε ${formatEps(condition.eps)}`;
    case 'pgd':
      return `PGD-${condition.steps} ε ${formatEps(condition.eps)}`;
    case 'square':
      return `Square ε ${formatEps(condition.eps)}`;
  }
}

/** In 255ths, as the literature gives it, where that is a whole number. */
function formatEps(eps: number): string {
  const levels = eps * 255;
  return Math.abs(levels - Math.round(levels)) < 1e-6 ? `${Math.round(levels)}/255` : shortNumber(eps);
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(5)));
}
