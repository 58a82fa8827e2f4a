import type { MapBatch } from '../../protocol/explanations.ts';
import type { ExplainedMap } from './mapStore.ts';

/** Puts the maps of images into one piece; images without one are listed as missing, with the reason. */
export function packMaps(
  results: readonly (ExplainedMap | { readonly reason: string })[],
  imageSize: number,
): MapBatch {
  const maps = results.flatMap((result, index) => ('reason' in result ? [] : [{ ...result, index }]));
  const values = new Float32Array(maps.length * imageSize ** 2);
  maps.forEach((map, position) => values.set(map.values, position * imageSize ** 2));
  return {
    values,
    width: imageSize,
    height: imageSize,
    found: maps.map(({ index }) => index),
    facts: maps.map(({ facts }) => facts),
    missing: results.flatMap((result, index) =>
      'reason' in result ? [{ index, reason: result.reason }] : [],
    ),
  };
}
