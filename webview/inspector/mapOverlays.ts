import type { ThemeKind } from '../../src/color/divergingColors.ts';
import { differenceScale, saliencyScale, type ColorScale } from '../../src/color/mapLook.ts';
import { sequentialColors } from '../../src/color/sequentialColors.ts';
import type { MapGrid, MapOverlay } from '../shared/maps/mapImage.ts';
import type { MapState } from '../shared/maps/mapState.ts';

/** The colours of all maps of the page; the same for all runs, so that they can be compared by eye. */
export interface MapScales {
  readonly saliency: ColorScale;
  readonly signed: ColorScale;
  /** Of differences without their sign. */
  readonly absolute: ColorScale;
}

/** Gives the same object for the same map and look, so that a view that has nothing new to show does not draw. */
export class MapOverlays {
  private look:
    { readonly maps: MapState; readonly theme: ThemeKind; readonly scales: MapScales } | undefined;
  private readonly overlays = new WeakMap<MapGrid, MapOverlay>();

  scales(maps: MapState, theme: ThemeKind): MapScales {
    const { look } = this;
    if (look?.maps === maps && look.theme === theme) return look.scales;
    const signed = differenceScale(maps.differenceLook, theme);
    const scales = {
      saliency: saliencyScale(maps.saliencyLook),
      signed,
      // A size has no sign to show: it gets the colours of the saliency, from nothing to the same end.
      absolute: { ...signed, colors: sequentialColors(maps.saliencyLook.colors), low: 0 },
    };
    this.look = { maps, theme, scales };
    return scales;
  }

  of(map: MapGrid, scale: ColorScale): MapOverlay {
    const known = this.overlays.get(map);
    if (known?.scale === scale) return known;
    const overlay = { map, scale };
    this.overlays.set(map, overlay);
    return overlay;
  }
}
