import type { Device } from '../engine/devices/device.ts';
import { gradientsOf } from '../engine/gradient.ts';
import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { equal, greater } from '../engine/ops/compare.ts';
import { div } from '../engine/ops/div.ts';
import { maximum, minimum } from '../engine/ops/extremes.ts';
import { mul } from '../engine/ops/mul.ts';
import { sum } from '../engine/ops/sum.ts';
import { where } from '../engine/ops/where.ts';
import type { ModelState } from './modelState.ts';
import type { Optimizer } from './optimizers.ts';

/**
 * How the loss is scaled, so that small gradients do not vanish in half precision (Micikevicius et al., arXiv
 * 1710.03740, section 3.2). The scale is doubled after `growthSteps` steps in a row whose gradients were finite, and
 * halved after each whose were not. The defaults are those of PyTorch's GradScaler. Unlike there, a skipped step counts
 * in the optimiser's bias corrections, which the host computes before it knows.
 */
export interface LossScaling {
  readonly initialScale: number;
  readonly growthSteps: number;
}

const DEFAULT: LossScaling = { initialScale: 2 ** 16, growthSteps: 2000 };

/** Beyond these a scale has no use: a loss of 1 at least is not scaled down, and no gradient needs more. */
const [SMALLEST_SCALE, LARGEST_SCALE] = [1, 2 ** 24];

// Scalars of the trainer's state, named like the optimiser's slots, which name a parameter as well.
const SCALE = 'optimizer.lossScale';
const FINITE_STEPS = 'optimizer.finiteSteps';

/** The same rule for programs of half precision: it is given gradients of a scaled loss, and skips overflows. */
export function withLossScaling(optimizer: Optimizer, scaling: Partial<LossScaling> = {}): Optimizer {
  return { ...optimizer, lossScaling: { ...DEFAULT, ...scaling } };
}

/** The rule as trainings on that device need it. */
export function scaledFor({ precision }: Device, optimizer: Optimizer): Optimizer {
  return precision === 'float16' ? withLossScaling(optimizer) : optimizer;
}

/** The scalars of a trainer's state before its first step, by name; none for an optimiser that does not scale. */
export function initialLossScale({ lossScaling }: Optimizer): Readonly<Record<string, number>> {
  return lossScaling ? { [SCALE]: lossScaling.initialScale, [FINITE_STEPS]: 0 } : {};
}

/**
 * Whether training stands still, by a trainer's snapshot: the scale is as small as it gets, and the last step's gradients
 * were still not finite. The loss stays finite then, and nothing else would tell.
 */
export function isStuck(snapshot: ModelState): boolean {
  return snapshot.get(SCALE)?.data[0] === SMALLEST_SCALE && snapshot.get(FINITE_STEPS)?.data[0] === 0;
}

/** Gradients of a scaled loss, scaled back in single precision, and what depends on whether they are finite. */
export interface ScaledGradients {
  readonly gradients: readonly Value[];
  /** The next value of a tensor of the state, or the one before where the step is skipped. */
  readonly unlessSkipped: (next: Value, before: Value) => Value;
  /** The next values of the scalars of {@link initialLossScale}. */
  readonly next: Readonly<Record<string, Value>>;
}

/** d loss / d parameters of a loss of shape `[]` by way of the scaled one. */
export function scaledGradients(
  loss: Value,
  parameters: readonly Value[],
  { growthSteps }: LossScaling,
): ScaledGradients {
  const { graph } = loss;
  const scale = graph.input(SCALE, []);
  const finiteSteps = graph.input(FINITE_STEPS, []);
  const inverse = div(1, scale);
  // The inverse is a result in single precision, so that products with it are, too.
  const gradients = gradientsOf(mul(loss, scale), parameters).map((gradient) => mul(gradient, inverse));
  // Zero times a number is zero if the number is finite, and not a number otherwise.
  const residues = gradients.map((gradient) => sum(mul(gradient, 0)));
  const isFinite = equal(
    residues.reduce((a, b) => add(a, b)),
    0,
  );
  const counted = add(finiteSteps, 1);
  const isDue = greater(counted, growthSteps - 0.5);
  const grown = where(isDue, minimum(mul(scale, 2), LARGEST_SCALE), scale);
  return {
    gradients,
    unlessSkipped: (next, before) => where(isFinite, next, before),
    next: {
      [SCALE]: where(isFinite, grown, maximum(mul(scale, 0.5), SMALLEST_SCALE)),
      [FINITE_STEPS]: where(isFinite, where(isDue, 0, counted), 0),
    },
  };
}
