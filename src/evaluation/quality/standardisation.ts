import { makePoints, type Points } from './points.ts';

/** Brings the dimensions of a space to one scale. */
export interface Standardisation {
  /** `[D]` */
  readonly mean: Float64Array;
  /** `[D]`, 1 where all points agree, so that others' differences stay visible there. */
  readonly deviation: Float64Array;
}

/** Smaller deviations than this, relative to the mean, are rounding. */
const ROUNDING = 1e-12;

/** Mean and population deviation of each dimension. Throws RangeError for no points. */
export function standardisationOf({ count, dimensions, data }: Points): Standardisation {
  if (count === 0) throw new RangeError('standardisationOf: there are no points.');
  const mean = new Float64Array(dimensions);
  const deviation = new Float64Array(dimensions);
  for (let i = 0; i < data.length; i++) mean[i % dimensions] += data[i] / count;
  for (let i = 0; i < data.length; i++) deviation[i % dimensions] += (data[i] - mean[i % dimensions]) ** 2;
  return {
    mean,
    deviation: deviation.map((squares, d) => {
      const found = Math.sqrt(squares / count);
      return found <= ROUNDING * Math.max(1, Math.abs(mean[d])) ? 1 : found;
    }),
  };
}

/** (x - mean) / deviation, dimension by dimension. */
export function standardise(
  { count, dimensions, data }: Points,
  { mean, deviation }: Standardisation,
): Points {
  const scaled = Float64Array.from(
    data,
    (value, i) => (value - mean[i % dimensions]) / deviation[i % dimensions],
  );
  return makePoints(scaled, count, dimensions);
}
