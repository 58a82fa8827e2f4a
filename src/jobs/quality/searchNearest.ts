import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../data/dataset.ts';
import { nearestPoints, type NearestPoints } from '../../evaluation/quality/nearestPoints.ts';
import { pointsBetween, type Points } from '../../evaluation/quality/points.ts';

/** Queries between which a cancellation is heard. */
const BLOCK = 64;

/** `nearestPoints`, block by block. Throws TsyndError 'cancelled'. */
export async function searchNearest(
  queries: Points,
  references: Points,
  { selves, signal }: { readonly selves?: Int32Array; readonly signal?: AbortSignal | undefined } = {},
): Promise<NearestPoints> {
  const distances = new Float64Array(queries.count);
  const indices = new Int32Array(queries.count);
  for (let start = 0; start < queries.count; start += BLOCK) {
    const block = pointsBetween(queries, start, start + BLOCK);
    const found = nearestPoints(block, references, selves?.subarray(start, start + block.count));
    distances.set(found.distances, start);
    indices.set(found.indices, start);
    await setImmediate();
    throwIfCancelled(signal, 'Measuring quality');
  }
  return { distances, indices };
}
