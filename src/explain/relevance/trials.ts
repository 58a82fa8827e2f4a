/** `[C, H, W]` */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Changed copies of one image that a classifier is to be asked about, and what its answers say. Apart, so that the
 * numbers need no device, and one batch can hold the trials of several scores.
 */
export interface Trials<T> {
  /** n */
  readonly count: number;
  /** [n, C, H, W]; white is 1. */
  readonly images: Float32Array;
  /** @param probs [n] of the explained class, without dropout */
  score(probs: ArrayLike<number>): T;
}

/** Throws RangeError when an image or a map has another size than `shape` says, or the map is not finite. */
export function checkSizes(
  image: ArrayLike<number>,
  map: ArrayLike<number>,
  { channels, height, width }: ImageShape,
): void {
  const area = height * width;
  if (image.length !== channels * area || map.length !== area) {
    throw new RangeError(
      `An image of ${image.length} values and a map of ${map.length} do not fit [${channels}, ${height}, ${width}].`,
    );
  }
  for (let at = 0; at < area; at++) {
    if (!Number.isFinite(map[at])) throw new RangeError(`The map's value at ${at} is ${map[at]}.`);
  }
}
