import { levelsOf, type PixelGrid } from './pixelGrid.ts';

/**
 * Which stored values become black and white, in DICOM's words (PS3.3 C.11.2.1.2.1, function LINEAR):
 *
 *   y = ((v - (level - 0.5)) / (window - 1) + 0.5) * 255, clipped to 0 … 255.
 *
 * So the values `low` … `high` from black to white are window = high - low + 1 about level = low + window / 2; 256
 * about 128 shows 8 bits as they are.
 */
export interface WindowLevel {
  /** Width, in stored values; at least 1, which is a threshold. */
  readonly window: number;
  /** Centre, in stored values. */
  readonly level: number;
}

/** Whether two windows show an image differently. */
export function isOtherWindow(a: WindowLevel | undefined, b: WindowLevel | undefined): boolean {
  return a?.window !== b?.window || a?.level !== b?.level;
}

/** What is in an image, counted once. */
export interface ValueRange {
  /** Levels of the storage: 256 or 65,536. */
  readonly levels: number;
  readonly min: number;
  readonly max: number;
  /** [levels] values of all channels. */
  readonly histogram: Uint32Array;
  /** Sum of `histogram`. */
  readonly count: number;
}

/** Below this share and above its complement, values are outliers: burnt-in text, dead pixels. */
const OUTLIERS = 0.005;
/** CSS pixels of dragging from one end of an image's values to the other. */
const DRAG_SPAN = 400;
/** An image of a few values only is still dragged in whole values. */
const SMALLEST_SPAN = 32;

const ranges = new WeakMap<PixelGrid, ValueRange>();

/** Counts an image's values; a second call for the same image costs nothing. */
export function valueRangeOf(image: PixelGrid): ValueRange {
  const known = ranges.get(image);
  if (known) return known;
  const levels = levelsOf(image);
  const histogram = new Uint32Array(levels);
  for (const value of image.pixels) histogram[value]++;
  const range: ValueRange = {
    levels,
    min: Math.max(
      0,
      histogram.findIndex((count) => count > 0),
    ),
    max: Math.max(
      0,
      histogram.findLastIndex((count) => count > 0),
    ),
    histogram,
    count: image.pixels.length,
  };
  ranges.set(image, range);
  return range;
}

/** Black at `low`, white at `high`. */
export function windowBetween(low: number, high: number): WindowLevel {
  const window = high - low + 1;
  return { window, level: low + window / 2 };
}

/** All that the storage can hold: 8 bits look as they are, 16 bits of a 12-bit scanner nearly black. */
export function fullWindow({ levels }: Pick<ValueRange, 'levels'>): WindowLevel {
  return windowBetween(0, levels - 1);
}

/** From the 0.5th to the 99.5th percentile; the full window where an image has one value only. */
export function autoWindow(range: ValueRange): WindowLevel {
  const low = percentile(range, OUTLIERS);
  const high = percentile(range, 1 - OUTLIERS);
  if (high > low) return windowBetween(low, high);
  return range.max > range.min ? windowBetween(range.min, range.max) : fullWindow(range);
}

/** The smallest value that at least this share of all values do not exceed. */
function percentile({ histogram, count }: ValueRange, share: number): number {
  let below = 0;
  for (let value = 0; value < histogram.length; value++) {
    below += histogram[value];
    if (below >= share * count && below > 0) return value;
  }
  return 0;
}

/**
 * As radiology viewers do: to the right the window grows (less contrast), down the level grows (darker), and 400 CSS
 * pixels go through all the values that the image has.
 */
export function dragWindow(
  start: WindowLevel,
  { x, y }: { readonly x: number; readonly y: number },
  range: ValueRange,
): WindowLevel {
  const step = Math.max(SMALLEST_SPAN, range.max - range.min) / DRAG_SPAN;
  return {
    window: Math.round(Math.min(2 * range.levels, Math.max(1, start.window + x * step))),
    level: Math.round(Math.min(range.levels, Math.max(0, start.level + y * step))),
  };
}

/**
 * The grey level on the screen for every value that the storage can hold, [levels]; `isInverted` makes white black.
 * Written into `into` where it has the right size, so that dragging allocates nothing.
 */
export function displayTable(
  { window, level }: WindowLevel,
  levels: number,
  isInverted: boolean,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const table = into?.length === levels ? into : new Uint8Array(levels);
  const low = level - 0.5 - (window - 1) / 2;
  const high = level - 0.5 + (window - 1) / 2;
  for (let value = 0; value < levels; value++) {
    let shown: number;
    if (value <= low) shown = 0;
    else if (value > high) shown = 255;
    else shown = Math.round(((value - (level - 0.5)) / (window - 1) + 0.5) * 255);
    table[value] = isInverted ? 255 - shown : shown;
  }
  return table;
}
