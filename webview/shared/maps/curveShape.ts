/** A point of a curve, in the unit square: x along the steps, y down from probability 1. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** [steps + 1] points of probabilities along the steps; a single one is at the left edge. */
export function curvePoints(probs: readonly number[]): readonly CurvePoint[] {
  const last = Math.max(1, probs.length - 1);
  return probs.map((probability, step) => ({
    x: step / last,
    y: 1 - Math.min(1, Math.max(0, probability)),
  }));
}

/** What the curve shows, for people who do not see it. */
export function describeCurve(probs: readonly number[], flippedAt: number | undefined): string {
  const steps = probs.length - 1;
  const from = probs.at(0)?.toFixed(3) ?? '';
  const to = probs.at(-1)?.toFixed(3) ?? '';
  const course = `Probability of the class over ${steps} ${steps === 1 ? 'step' : 'steps'}: from ${from} to ${to}`;
  if (flippedAt === undefined) return `${course}; the class is kept.`;
  if (flippedAt === 0) return `${course}; the plain reconstruction is predicted as another class already.`;
  return `${course}; the prediction flips at step ${flippedAt}.`;
}
