/** How well a map finds what a mask marks; each 0 to 1, more is better. */
export interface Localisation {
  /** Share of the map's sum that lies inside the mask. */
  readonly relevanceMass: number;
  /** Of the K pixels of largest value, the share inside the mask, where the mask has K pixels. */
  readonly relevanceRank: number;
  /** Whether the pixel of the largest value is inside the mask. */
  readonly pointingGame: number;
}

/**
 * Relevance mass and rank accuracy (Arras, Osman, Samek: CLEVR-XAI, Information Fusion 81, 2022, arXiv 2003.07258) and
 * the pointing game (Zhang et al.: Top-Down Neural Attention by Excitation Backprop, IJCV 2018, arXiv 1608.00507).
 *
 * Among equal values the expectation over all ways to choose is taken, and a map of zeros is treated like any other
 * constant one. So a map without knowledge scores the mask's share of the image in all three, and not the hit that it
 * would have if every pixel counted as its largest.
 *
 * @param map [H, W], not negative
 * @param mask [H, W] 0 or 1
 * @returns undefined for a mask that marks nothing: there is nothing to be found
 * @throws RangeError when the sizes differ, or a value of the map is negative or not finite
 */
export function localise(map: ArrayLike<number>, mask: Uint8Array): Localisation | undefined {
  if (map.length !== mask.length) {
    throw new RangeError(`localise: a map of ${map.length} pixels has a mask of ${mask.length}.`);
  }
  const values = Float64Array.from(map);
  const wrong = values.find((value) => !(value >= 0 && value < Infinity));
  if (wrong !== undefined) throw new RangeError(`localise: the map has the value ${wrong}.`);
  const marked = mask.reduce((sum, inside) => sum + inside, 0);
  if (marked === 0) return undefined;
  return {
    relevanceMass: massInside(values, mask),
    relevanceRank: shareOfLargest(values, mask, marked),
    pointingGame: shareOfLargest(values, mask, 1),
  };
}

/**
 * Share of a map's sum inside a mask, [H, W] each, which may be the mean of several: 0 to 1. A map of zeros counts like any
 * other constant one.
 */
export function massInside(map: ArrayLike<number>, mask: ArrayLike<number>): number {
  let [inside, all, marked] = [0, 0, 0];
  for (let at = 0; at < map.length; at++) {
    all += map[at];
    inside += map[at] * mask[at];
    marked += mask[at];
  }
  return all > 0 ? inside / all : marked / map.length;
}

/** Expected share, inside the mask, of the `count` largest values, ties being broken at random. */
function shareOfLargest(values: Float64Array, mask: Uint8Array, count: number): number {
  const threshold = values.toSorted()[values.length - count];
  let [above, aboveInside, tied, tiedInside] = [0, 0, 0, 0];
  for (const [at, value] of values.entries()) {
    if (value > threshold) {
      above++;
      aboveInside += mask[at];
    } else if (value === threshold) {
      tied++;
      tiedInside += mask[at];
    }
  }
  return (aboveInside + ((count - above) * tiedInside) / tied) / count;
}
