import { z } from 'zod';

export { conditionKey, describeCondition } from './describeCondition.ts';

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
