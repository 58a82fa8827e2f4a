import sharp from 'sharp';

/** Pixels of one image, planar `[C, H, W]`, 8 or 16 bits. */
export interface PlanarImage {
  readonly pixels: Uint8Array | Uint16Array;
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
}

/** A PNG file of the same depth; the same pixels give the same bytes. */
export async function encodePng({ pixels, channels, width, height }: PlanarImage): Promise<Buffer> {
  const area = width * height;
  const is16Bit = pixels instanceof Uint16Array;
  const interleaved = is16Bit ? new Uint16Array(pixels.length) : new Uint8Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) interleaved[i * channels + channel] = pixels[channel * area + i]!;
  }
  const image = sharp(interleaved, { raw: { width, height, channels } });
  const [grey, colour] = is16Bit ? (['grey16', 'rgb16'] as const) : (['b-w', 'srgb'] as const);
  return image
    .toColourspace(channels === 1 ? grey : colour)
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

/** Values in [0, 1] as 8-bit pixels, rounded to the nearest. */
export function toPixels(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
}
