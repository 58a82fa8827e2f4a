/** A square image of one channel: `[H, W]`, row-major, in [0, 1]. */
export interface GreyImage {
  readonly side: number;
  readonly values: Float64Array;
}

/** The position of a value among `bins` equal parts of [0, 1]; 1 is in the last one. */
export function binOf(value: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(value * bins)));
}
