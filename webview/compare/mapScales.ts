import type { ThemeKind } from '../../src/color/divergingColors.ts';
import { differenceScale, saliencyScale, type ColorScale } from '../../src/color/mapLook.ts';
import { sequentialColors } from '../../src/color/sequentialColors.ts';
import type { MapState } from '../shared/maps/mapState.ts';

/** The colours of both kinds of maps; one pair for both runs, so that they can be compared by eye. */
export interface MapScales {
  readonly saliency: ColorScale;
  /** Of signed values, or of their sizes. */
  readonly adversarial: ColorScale;
  readonly isSigned: boolean;
}

export function mapScales(
  { saliencyLook, differenceLook }: MapState,
  isSigned: boolean,
  theme: ThemeKind,
): MapScales {
  const saliency = saliencyScale(saliencyLook);
  const signed = differenceScale(differenceLook, theme);
  // A size has no sign to show: it gets the colours of the saliency, from nothing to the end of the same range.
  const absolute = { ...signed, colors: sequentialColors(saliencyLook.colors), low: 0 };
  return { saliency, adversarial: isSigned ? signed : absolute, isSigned };
}
