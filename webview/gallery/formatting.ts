import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { Label } from '../../src/protocol/sampleTable.ts';
import { formatSigned } from '../shared/signedNumber.ts';

const LOCALE = 'en-US';
const counts = new Intl.NumberFormat(LOCALE);

/** What stands where a number is missing. */
const NO_NUMBER = '–';

/** `20,000` */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 sample`, `212 samples` */
export function formatSamples(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'sample' : 'samples'}`;
}

/** `212 samples`, `212 images`: the rows of a gallery in its words. */
export function formatItems(kind: GalleryKind, count: number): string {
  if (kind === 'samples') return formatSamples(count);
  return `${formatCount(count)} ${count === 1 ? 'image' : 'images'}`;
}

/** Four decimals, without the unit: `0.0221`. */
export function formatNumber(value: number, decimals = 4): string {
  return Number.isFinite(value) ? unsignedZero(value.toFixed(decimals)) : NO_NUMBER;
}

/** `0.0221 nats` */
export function formatNats(nats: number): string {
  return Number.isFinite(nats) ? `${formatNumber(nats)} nats` : NO_NUMBER;
}

/** With its sign, as a change: `+0.0160 nats`; the minus is a real one. */
export function formatNatsChange(nats: number): string {
  return Number.isFinite(nats) ? `${formatSigned(nats, 4)} nats` : NO_NUMBER;
}

/** `0.0061 → 0.0221 nats` */
export function formatNatsPair(before: number, after: number): string {
  return `${formatNumber(before)} → ${formatNumber(after)} nats`;
}

/** `12.5 %`, with a narrow space that does not break. */
export function formatPercent(fraction: number, decimals = 1): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(decimals)}\u202f%` : NO_NUMBER;
}

/** A label in the words of the dataset; several for multi-label data. */
export function formatLabel(label: Label, classNames: readonly string[]): string {
  if (typeof label === 'number') return classNames[label] ?? `class ${label}`;
  const names = label.flatMap((value, index) => (value === 1 ? [classNames[index] ?? `class ${index}`] : []));
  return names.length > 0 ? names.join('+') : 'none';
}

/** `-0.0000` says nothing that `0.0000` does not. */
function unsignedZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
