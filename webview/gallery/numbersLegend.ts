import { CHANGE_THRESHOLD } from '../../src/protocol/explanations.ts';
import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';

/** What the signs and numbers of the tiles mean; `numMcSamples` is S, the number of dropout masks behind MI. */
export function describeNumbers(kind: GalleryKind, map: MapKind | undefined, numMcSamples: number): string {
  const signs = { samples: '≠ predicted otherwise', scores: 'label ≠ prediction' }[kind];
  return `${signs} · ${describeValues(kind, map, numMcSamples)}`;
}

function describeValues(kind: GalleryKind, map: MapKind | undefined, numMcSamples: number): string {
  if (map === 'adversarial') return `step of the flip · L2 · pixels changed by ≥ ${CHANGE_THRESHOLD}`;
  return kind === 'samples' ? `MI before → after, S = ${numMcSamples}` : `MI, S = ${numMcSamples} · loss`;
}
