import { formatMapValue, type MapKind } from '../shared/maps/mapWords.ts';
import { formatLabel } from './formatting.ts';
import type { MapValue } from './layerPainter.ts';

const WHITE = 255;

/** The value of a map under the pointer, where it is, and of which class the map speaks. */
export function describeMapValue(
  { value, x, y, facts, image }: MapValue,
  kind: MapKind,
  classNames: readonly string[],
): string {
  const size = formatMapValue(kind, value);
  const inWords = kind === 'saliency' ? size : `${size} of white (${formatGreyLevels(value)})`;
  const where = { synthetic: ', synthetic', source: ', source', image: '' }[image];
  const name = formatLabel(facts.target, classNames);
  return `${inWords} at (${x}, ${y})${where} · ${name}, probability ${facts.probability.toFixed(3)}`;
}

function formatGreyLevels(value: number): string {
  const levels = Math.abs(value * WHITE).toFixed(1);
  const sign = Number(levels) === 0 ? '' : value < 0 ? '−' : '+';
  return `${sign}${levels} grey levels`;
}
