import { deriveKey, uniforms, type RandomKey } from './random.ts';

/**
 * A draw from Beta(a, b) by Joehnk's method (Metrika 8, 1964): X = U^(1/a) and Y = V^(1/b) are drawn until
 * X + Y <= 1; then X / (X + Y) is the draw, exactly. For a, b <= 1 at least half of all pairs are accepted.
 * Throws RangeError for parameters outside (0, 1].
 */
export function betaDraw(key: RandomKey, a: number, b: number): number {
  if (!(a > 0 && a <= 1 && b > 0 && b <= 1)) {
    throw new RangeError(`betaDraw: the parameters must be above 0 and at most 1, not ${a} and ${b}.`);
  }
  for (let attempt = 0; ; attempt++) {
    // From above zero, so that not both powers are zero.
    const [u, v] = uniforms(deriveKey(key, 'attempt', attempt), 2).map((draw) => 1 - draw);
    const [x, y] = [u ** (1 / a), v ** (1 / b)];
    if (x + y <= 1) return x / (x + y);
  }
}
