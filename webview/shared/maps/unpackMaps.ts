import { TsyndError } from '../../../src/protocol/errors.ts';
import type { MapBatch, MapFacts } from '../../../src/protocol/explanations.ts';
import type { MapGrid } from './mapImage.ts';

/** A map of one image, and what is to be said about it. */
export interface FoundMap extends MapGrid {
  readonly facts: MapFacts;
}

/**
 * The maps of a batch, each with its image's position among those that were asked for. They are copies, so that a map
 * that is dropped frees its memory while others of its batch are kept. Throws TsyndError 'process/protocol' where there
 * are not as many values or facts as maps.
 */
export function unpackMaps({
  values,
  width,
  height,
  found,
  facts,
}: MapBatch): readonly { readonly index: number; readonly map: FoundMap }[] {
  const size = width * height;
  if (values.length !== found.length * size || facts.length !== found.length) {
    const sent = `${values.length} values and ${facts.length} facts for ${found.length} maps of ${width} x ${height}`;
    throw new TsyndError('process/protocol', `The editor sent ${sent}.`);
  }
  return found.map((index, position) => ({
    index,
    map: {
      values: values.slice(position * size, (position + 1) * size),
      width,
      height,
      facts: facts[position],
    },
  }));
}
