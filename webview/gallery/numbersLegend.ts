import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import { CHANGE_THRESHOLD } from '../../src/protocol/explanations.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';

/** What the numbers under the images mean; `numMcSamples` is S, the number of dropout masks behind MI. */
export function describeNumbers(kind: GalleryKind, map: MapKind | undefined, numMcSamples: number): string {
  if (map === 'adversarial') {
    return `step of the flip · L2 of the change · pixels changed by at least ${CHANGE_THRESHOLD} of white`;
  }
  return `${kind === 'samples' ? 'MI before → after' : 'MI · loss'}, S = ${numMcSamples}`;
}
