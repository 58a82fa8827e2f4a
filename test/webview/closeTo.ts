import assert from 'node:assert/strict';

/** Equal but for the rounding of float64. */
export function closeTo(actual: number, expected: number): void {
  const distance = Math.abs(actual - expected);
  assert.ok(distance <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}
