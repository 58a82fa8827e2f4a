import type { ThemeKind } from '../../../src/color/divergingColors.ts';
import { differenceScale, saliencyScale, type ColorScale } from '../../../src/color/mapLook.ts';
import { sequentialColors } from '../../../src/color/sequentialColors.ts';
import type { MapState } from './mapState.ts';

/** The colours of all maps of a page; the same for all runs, so that they can be compared by eye. */
export interface MapScales {
  readonly saliency: ColorScale;
  readonly signed: ColorScale;
  /** Of differences without their sign. */
  readonly absolute: ColorScale;
}

const known: Record<ThemeKind, WeakMap<MapState, MapScales>> = { dark: new WeakMap(), light: new WeakMap() };

/** The same scales for the same state, so that a view that has nothing new to show does not draw. */
export function mapScales(state: MapState, theme: ThemeKind): MapScales {
  let scales = known[theme].get(state);
  if (!scales) {
    const signed = differenceScale(state.differenceLook, theme);
    scales = {
      saliency: saliencyScale(state.saliencyLook),
      signed,
      // A size has no sign to show: it gets the colours of the saliency, from nothing to the same end.
      absolute: { ...signed, colors: sequentialColors(state.saliencyLook.colors), low: 0 },
    };
    known[theme].set(state, scales);
  }
  return scales;
}
