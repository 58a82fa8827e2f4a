import { gatherRows, labelWidth } from '../../data/batch.ts';
import { accuracy } from '../../evaluation/metrics.ts';
import { predictLabels, type Predictions } from '../../evaluation/predictions.ts';
import type { ConditionTester, PgdCondition } from '../../evaluation/robustness/conditionTester.ts';
import { plannedPasses } from '../../evaluation/robustness/plannedPasses.ts';
import type { Pass } from '../../evaluation/robustness/projectedGradient.ts';
import { conditionKey, describeCondition, type TestCondition } from '../../protocol/testConditions.ts';
import type { MaskingCheck } from '../../runs/evaluationRecord.ts';

const HEADLINE_EPS = 8 / 255;
const STARTS = 5;
const SQUARE_QUERIES = 300;

/** At this eps any two images can become the same one. */
const LARGE_EPS = 0.5;
const NEARLY_NOTHING = 0.05;
const LITTLE = 0.05;

export interface MaskingRequest {
  readonly tester: ConditionTester;
  /** Of the test images that the checks look at; one batch will do, since Square asks hundreds of times. */
  readonly positions: Int32Array;
  readonly conditions: readonly TestCondition[];
  /** `[N, K]` of all test images by `conditionKey`. */
  readonly probs: ReadonlyMap<string, Float32Array>;
  readonly task: Predictions['task'];
  readonly classNames: readonly string[];
}

/** What the checks run beside the conditions. */
function maskingConditions(
  conditions: readonly TestCondition[],
): Record<'fgsm' | 'headline' | 'large' | 'square', TestCondition> & { readonly headline: PgdCondition } {
  const given = conditions.filter((condition): condition is PgdCondition => condition.kind === 'pgd');
  const distance = ({ eps }: PgdCondition): number => Math.abs(eps - HEADLINE_EPS);
  const { eps, steps } = given.toSorted((a, b) => distance(a) - distance(b))[0] ?? {
    eps: HEADLINE_EPS,
    steps: 20,
  };
  return {
    fgsm: { kind: 'fgsm', eps },
    headline: { kind: 'pgd', eps, steps, restarts: STARTS },
    large: { kind: 'pgd', eps: LARGE_EPS, steps, restarts: 1 },
    square: { kind: 'square', eps, queries: SQUARE_QUERIES },
  };
}

/** Passes of `checkMasking`, see `plannedPasses`. */
export function maskingPasses(conditions: readonly TestCondition[], batches: number): Record<Pass, number>[] {
  const { fgsm, headline, large, square } = maskingConditions(conditions);
  const clean = { kind: 'clean' } as const;
  return plannedPasses([clean, clean, fgsm, headline, large, square], batches);
}

/**
 * Looks for signs that gradients are masked, which would make attacks by gradients fail and the classifier look robust
 * (Athalye, Carlini, Wagner, arXiv 1802.00420, section 3.1; Carlini et al., arXiv 1902.06705). Yields after each pass.
 */
export async function* checkMasking(request: MaskingRequest): AsyncGenerator<Pass, MaskingCheck[]> {
  const { tester, positions, conditions } = request;
  const images = `${positions.length} test images`;
  const score = (probs: Float32Array): number => accuracy(chosenPredictions(request, positions, probs));
  const { fgsm, headline, large, square } = maskingConditions(conditions);

  const clean = yield* tester.predict({ kind: 'clean' }, positions);
  const again = yield* tester.predict({ kind: 'clean' }, positions);
  const flat = yield* tester.countFlat(positions);
  const oneStep = score(yield* tester.predict(fgsm, positions));
  const byStarts = (yield* tester.predictByStarts(headline, positions)).map(score);
  const [byPgd, byAllStarts] = [byStarts[0], byStarts[STARTS - 1]];
  const byLarge = score(yield* tester.predict(large, positions));
  const bySquare = score(yield* tester.predict(square, positions));

  const few = fewOf(positions.length);
  const pairs = pairsOf(request);
  if (pairs.length === 0) pairs.push({ eps: headline.eps, fgsm: oneStep, pgd: byPgd, tolerance: few });
  const attack = describeCondition(headline);
  const checks: MaskingCheck[] = [
    {
      check: 'Many steps are at least as strong as one: PGD leaves no higher accuracy than FGSM.',
      passed: pairs.every(({ fgsm, pgd, tolerance }) => pgd <= fgsm + tolerance),
      found: `Accuracy under PGD and under FGSM: ${pairs
        .map(({ eps, fgsm, pgd }) => `${decimals(pgd)} and ${decimals(fgsm)} at ${epsOf(eps)}`)
        .join(', ')}.`,
    },
    {
      check: `Large changes leave nearly nothing right: ${describeCondition(large)} leaves an accuracy of at most ${NEARLY_NOTHING}.`,
      passed: byLarge <= NEARLY_NOTHING,
      found: `Accuracy on ${images}: ${decimals(byLarge)}; as they are: ${decimals(score(clean))}.`,
    },
    {
      check: `A search without gradients finds no more: ${describeCondition(square)} with ${SQUARE_QUERIES} queries is not stronger than ${attack}.`,
      passed: bySquare >= byPgd - few,
      found: `Accuracy on ${images}: ${decimals(bySquare)} under Square, ${decimals(byPgd)} under PGD.`,
    },
    {
      check: `More random starts change little: ${STARTS} starts of ${attack} lower the accuracy by at most ${LITTLE} below that of one.`,
      passed: byPgd - byAllStarts <= Math.max(few, LITTLE),
      found: `Accuracy on ${images}: ${decimals(byPgd)} with one start, ${decimals(byAllStarts)} with ${STARTS}.`,
    },
    {
      check: 'Nearly all images have a loss with a gradient by the pixels.',
      passed: flat <= few * positions.length,
      found: `The gradient is zero for ${flat} of ${images}.`,
    },
    {
      check: 'Dropout is off: asked twice, the classifier answers the same.',
      passed: clean.every((prob, at) => prob === again[at]),
      found: `The largest difference between two answers for ${images} is ${largestDifference(clean, again)}.`,
    },
  ];
  const remark = degenerateRemark(request, chosenPredictions(request, positions, clean));
  return remark === undefined
    ? checks
    : checks.map((check) => ({ ...check, found: `${check.found} ${remark}` }));
}

interface Pair {
  readonly eps: number;
  readonly fgsm: number;
  readonly pgd: number;
  readonly tolerance: number;
}

/** Accuracies on all test images under both attacks, at every eps that the conditions have both of. */
function pairsOf(request: MaskingRequest): Pair[] {
  const { conditions, probs, tester } = request;
  const score = (condition: TestCondition): number =>
    accuracy(chosenPredictions(request, tester.everything, probs.get(conditionKey(condition))!));
  return conditions.flatMap((condition) => {
    if (condition.kind !== 'pgd') return [];
    const { eps } = condition;
    const other = conditions.find((each) => each.kind === 'fgsm' && each.eps === eps);
    if (!other) return [];
    return [{ eps, fgsm: score(other), pgd: score(condition), tolerance: fewOf(tester.test.count) }];
  });
}

/** Two images in a hundred, and two at least: what chance does to one of two attacks. */
function fewOf(count: number): number {
  return Math.max(2, Math.ceil(0.02 * count)) / count;
}

function chosenPredictions(
  { tester: { test }, task, classNames }: MaskingRequest,
  positions: Int32Array,
  probs: Float32Array,
): Predictions {
  const labels = gatherRows(test.labels, labelWidth(test), positions);
  return { probs, labels, task, numClasses: classNames.length };
}

/** A classifier that looks at nothing cannot be attacked, and says nothing about attacks. */
function degenerateRemark({ classNames, task }: MaskingRequest, clean: Predictions): string | undefined {
  const predicted = predictLabels(clean);
  const width = task === 'multi-label' ? classNames.length : 1;
  if (!predicted.every((label, at) => label === predicted[at % width])) return undefined;
  const what = width === 1 && task !== 'multi-label' ? `'${classNames[predicted[0]]}'` : 'the same labels';
  return `Without any attack the classifier predicts ${what} for all of them, so this says little.`;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at])), 0);
}

/** `ε 8/255` */
function epsOf(eps: number): string {
  return describeCondition({ kind: 'fgsm', eps }).replace(/^FGSM /, '');
}

function decimals(value: number): string {
  return value.toFixed(3);
}
