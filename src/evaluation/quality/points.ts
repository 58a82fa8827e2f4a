/** Images as points of a feature space: `[N, D]`, row-major. Sums over them are taken in float64. */
export interface Points {
  readonly count: number;
  readonly dimensions: number;
  readonly data: Float64Array | Float32Array;
}

/** Throws RangeError when the values are not `count` points of `dimensions` finite coordinates. */
export function makePoints(data: Points['data'], count: number, dimensions: number): Points {
  if (data.length !== count * dimensions) {
    throw new RangeError(`makePoints: ${data.length} values are not [${count}, ${dimensions}].`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`makePoints: ${data[wrong]} is no coordinate.`);
  return { count, dimensions, data };
}

/** Points `start` to `end` (not included), without a copy. */
export function pointsBetween({ count, dimensions, data }: Points, start: number, end: number): Points {
  const last = Math.min(end, count);
  return {
    count: last - start,
    dimensions,
    data: data.subarray(start * dimensions, last * dimensions),
  };
}

/** The points at `indices`, copied. */
export function selectPoints({ dimensions, data }: Points, indices: ArrayLike<number>): Points {
  const selected = new Float64Array(indices.length * dimensions);
  for (let n = 0; n < indices.length; n++) {
    selected.set(data.subarray(indices[n] * dimensions, (indices[n] + 1) * dimensions), n * dimensions);
  }
  return { count: indices.length, dimensions, data: selected };
}

/** Throws RangeError, naming the caller, for points of different spaces. */
export function checkSameSpace(caller: string, a: Points, b: Points): void {
  if (a.dimensions === b.dimensions) return;
  throw new RangeError(`${caller}: points of ${a.dimensions} and of ${b.dimensions} dimensions.`);
}
