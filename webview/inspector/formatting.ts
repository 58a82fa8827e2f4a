import type { PixelReading } from '../shared/imageView/pixelGrid.ts';

const LOCALE = 'en-US';
const counts = new Intl.NumberFormat(LOCALE);
const dates = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });

/** Keeps a number and its unit on one line. */
const GAP = '\u00a0';

/** Four decimals, without the unit: `0.0221`. */
export function formatNumber(nats: number): string {
  return nats.toFixed(4).replace(/^-(?=0\.0*$)/, '');
}

/** `0.0221 nats` */
export function formatNats(nats: number): string {
  return `${formatNumber(nats)}${GAP}nats`;
}

/** `812 bytes`, `1.2 kB`, `3.4 MB`; powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `1,024 × 768 px` */
export function formatSize({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${counts.format(width)} × ${counts.format(height)} px`;
}

/** CSS pixels an image pixel: `42 %`, `1,600 %`. */
export function formatScale(scale: number): string {
  const percent = scale * 100;
  return `${percent < 10 ? percent.toFixed(1) : counts.format(Math.round(percent))} %`;
}

/** `x 12  y 40` */
export function formatPosition({ x, y }: PixelReading): string {
  return `x ${x}  y ${y}`;
}

/** `183`, or `R 183  G 170  B 90`. */
export function formatValues(values: readonly number[]): string {
  if (values.length === 1) return counts.format(values[0]);
  return values.map((value, index) => `${'RGB'[index]} ${counts.format(value)}`).join('  ');
}

/** `Nov 21, 2026, 14:03`, in the time zone of the person. */
export function formatDate(iso: string): string | undefined {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : dates.format(date);
}

/** `8 bits, grey` */
export function formatDepth(bitDepth: 8 | 16, channels: 1 | 3): string {
  return channels === 1 ? `${bitDepth} bits, grey` : `${bitDepth} bits per channel, RGB`;
}
