import { formatProbability } from '../shared/maps/explanationWords.ts';
import { formatMapValue, type MapKind } from '../shared/maps/mapWords.ts';
import { formatSigned } from '../shared/signedNumber.ts';
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
  const inWords =
    kind === 'saliency' ? size : `${size} of white (${formatSigned(value * WHITE, 1)} grey levels)`;
  const where = { synthetic: ', synthetic', source: ', source', image: '' }[image];
  const name = formatLabel(facts.target, classNames);
  return `${inWords} at (${x}, ${y})${where} · ${name}, probability ${formatProbability(facts.probability)}`;
}
