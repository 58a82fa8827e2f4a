import { permutation, type RandomKey } from '../../engine/random.ts';

export interface PixelOrders {
  /** [H * W] positions, those of the largest values first. */
  readonly mostRelevantFirst: Int32Array;
  /** [H * W] positions, those of the smallest values first. */
  readonly leastRelevantFirst: Int32Array;
}

/**
 * The pixels of a map by relevance. Maps that were cut off at 0 are the same over large areas; there the order is
 * random and the same in both directions, since any rule by place, such as row by row, would credit the map with a
 * preference that it does not state. A constant map is thereby one random order, whichever end is asked for.
 */
export function pixelOrders(map: ArrayLike<number>, key: RandomKey): PixelOrders {
  const shuffled = permutation(key, map.length);
  // Sorting is stable, so equal values stay shuffled.
  return {
    mostRelevantFirst: shuffled.slice().sort((a, b) => map[b] - map[a]),
    leastRelevantFirst: shuffled.slice().sort((a, b) => map[a] - map[b]),
  };
}
