/** An image as it is stored, before any windowing: what an image view draws. */
export interface PixelGrid {
  /** [H, W, C], interleaved. */
  readonly pixels: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The number of grey levels that the storage has: 256 or 65,536. */
export function levelsOf({ pixels }: PixelGrid): number {
  return pixels instanceof Uint16Array ? 65_536 : 256;
}

/** One pixel, as stored. */
export interface PixelReading {
  /** Column and row, from 0. */
  readonly x: number;
  readonly y: number;
  /** [C] */
  readonly values: readonly number[];
}

/** The pixel in a column and row; undefined outside the image. */
export function readPixel(
  { pixels, width, height, channels }: PixelGrid,
  { x, y }: { readonly x: number; readonly y: number },
): PixelReading | undefined {
  if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
  const start = (y * width + x) * channels;
  return { x, y, values: [...pixels.subarray(start, start + channels)] };
}

/** Whether two readings say the same; no reading is one of its own. */
export function isSameReading(a: PixelReading | undefined, b: PixelReading | undefined): boolean {
  if (!a || !b) return a === b;
  return a.x === b.x && a.y === b.y && a.values.every((value, channel) => value === b.values[channel]);
}

/** Whether there are as many values as the sizes say; a view draws nothing else. */
export function isWhole({ pixels, width, height, channels }: PixelGrid): boolean {
  return width > 0 && height > 0 && pixels.length === width * height * channels;
}
