import type { MiRange } from './sampleView.ts';

export interface Histogram {
  /** Of the first bin's lower edge and the last bin's upper one; equal when there is nothing to divide. */
  readonly min: number;
  readonly max: number;
  readonly counts: Uint32Array;
}

/** Counts finite values in equal bins over the range of all `values`, of `rows` only. */
export function computeHistogram(values: Float32Array, rows: Iterable<number>, bins: number): Histogram {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const counts = new Uint32Array(bins);
  if (min > max) return { min: 0, max: 0, counts };
  for (const row of rows) {
    const value = values[row];
    if (!Number.isFinite(value)) continue;
    counts[binOf(value, { min, max }, bins)]++;
  }
  return { min, max, counts };
}

/** The bin of a value; the last one includes its upper edge. */
export function binOf(value: number, { min, max }: MiRange, bins: number): number {
  if (max <= min) return 0;
  return Math.min(bins - 1, Math.max(0, Math.floor(((value - min) / (max - min)) * bins)));
}

/** Where a value stands between the ends, 0 to 1. */
export function fractionOf(value: number, { min, max }: MiRange): number {
  return max <= min ? 0 : Math.min(1, Math.max(0, (value - min) / (max - min)));
}

export type Handle = 'min' | 'max';

/**
 * A range with one end moved to a value: ends never leave the domain and never pass each other. Undefined, which is no
 * range at all, when it covers the whole domain.
 */
export function moveHandle(
  range: MiRange | undefined,
  domain: MiRange,
  handle: Handle,
  value: number,
): MiRange | undefined {
  const { min, max } = clampRange(range, domain);
  if (Number.isNaN(value)) return range;
  const moved =
    handle === 'min'
      ? { min: Math.min(max, Math.max(domain.min, value)), max }
      : { min, max: Math.max(min, Math.min(domain.max, value)) };
  return coversAll(moved, domain) ? undefined : moved;
}

/** The range between two points of a drag; undefined when it covers the whole domain. */
export function brush(domain: MiRange, from: number, to: number): MiRange | undefined {
  const clamp = (value: number): number => Math.min(domain.max, Math.max(domain.min, value));
  const range = { min: clamp(Math.min(from, to)), max: clamp(Math.max(from, to)) };
  return coversAll(range, domain) ? undefined : range;
}

/** The whole range moved by `delta`, as wide as before. */
export function shiftRange(range: MiRange, domain: MiRange, delta: number): MiRange {
  const allowed = Math.min(domain.max - range.max, Math.max(domain.min - range.min, delta));
  return { min: range.min + allowed, max: range.max + allowed };
}

/** What a range shows as: the domain where there is none. */
export function clampRange(range: MiRange | undefined, domain: MiRange): MiRange {
  if (!range) return { min: domain.min, max: domain.max };
  const min = Math.min(domain.max, Math.max(domain.min, range.min));
  return { min, max: Math.max(min, Math.min(domain.max, range.max)) };
}

function coversAll(range: MiRange, domain: MiRange): boolean {
  return range.min <= domain.min && range.max >= domain.max;
}
