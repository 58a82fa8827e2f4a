/** Size of a map in places or pixels. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

/** The two neighbours of each new place along one axis, and the weight of the second. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Bilinear resizing of a row-major map as OpenCV's INTER_LINEAR does: centres of pixels lie at halves, and beyond the
 * outermost ones the map is constant. No smoothing before a map is made smaller.
 */
export function resizeMap(map: Float64Array, from: MapSize, to: MapSize): Float64Array {
  const rows = neighboursOf(from.height, to.height);
  const columns = neighboursOf(from.width, to.width);
  const resized = new Float64Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const [top, bottom] = [rows.first[y] * from.width, rows.second[y] * from.width];
    for (let x = 0; x < to.width; x++) {
      const [left, right, share] = [columns.first[x], columns.second[x], columns.weight[x]];
      const above = map[top + left] * (1 - share) + map[top + right] * share;
      const below = map[bottom + left] * (1 - share) + map[bottom + right] * share;
      resized[y * to.width + x] = above * (1 - rows.weight[y]) + below * rows.weight[y];
    }
  }
  return resized;
}

function neighboursOf(from: number, to: number): Neighbours {
  const [first, second, weight] = [new Int32Array(to), new Int32Array(to), new Float64Array(to)];
  for (let index = 0; index < to; index++) {
    const position = Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
    first[index] = Math.floor(position);
    second[index] = Math.min(first[index] + 1, from - 1);
    weight[index] = position - first[index];
  }
  return { first, second, weight };
}
