import type { ThemeKind } from '../../src/color/divergingColors.ts';
import type { ColorScale } from '../../src/color/mapLook.ts';
import { mapScales } from '../shared/maps/mapScales.ts';
import type { MapState } from '../shared/maps/mapState.ts';

/** The colours of both kinds of maps, and whether differences are shown with their sign. */
export interface ShownScales {
  readonly saliency: ColorScale;
  readonly adversarial: ColorScale;
  readonly isSigned: boolean;
}

export function shownScales(maps: MapState, isSigned: boolean, theme: ThemeKind): ShownScales {
  const { saliency, signed, absolute } = mapScales(maps, theme);
  return { saliency, adversarial: isSigned ? signed : absolute, isSigned };
}
