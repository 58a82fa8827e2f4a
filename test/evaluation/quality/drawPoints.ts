import { deriveKey, normals, randomKey } from '../../../src/engine/random.ts';
import { makePoints, type Points } from '../../../src/evaluation/quality/points.ts';

/** Points of a normal distribution; the name decides which. */
export function drawPoints(
  name: string,
  count: number,
  dimensions: number,
  { mean = 0, deviation = 1 } = {},
): Points {
  const draws = normals(deriveKey(randomKey(0), name), count * dimensions);
  return makePoints(
    draws.map((draw) => mean + deviation * draw),
    count,
    dimensions,
  );
}
