import sharp from 'sharp';

/** 8-bit pixels of one image, planar `[C, H, W]`. */
export interface PlanarImage {
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
}

/** A PNG file; the same pixels give the same bytes. */
export async function encodePng({ pixels, channels, width, height }: PlanarImage): Promise<Buffer> {
  const area = width * height;
  const interleaved = new Uint8Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) interleaved[i * channels + channel] = pixels[channel * area + i]!;
  }
  const image = sharp(interleaved, { raw: { width, height, channels } });
  return image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

/** Values in [0, 1] as 8-bit pixels, rounded to the nearest. */
export function toPixels(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
}
