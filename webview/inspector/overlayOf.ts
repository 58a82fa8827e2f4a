import type { ColorScale } from '../../src/color/mapLook.ts';
import type { MapGrid, MapOverlay } from '../shared/maps/mapImage.ts';

const known = new WeakMap<MapGrid, MapOverlay>();

/** The same overlay for the same map and colours as before, so that a view that has nothing new to show does not draw. */
export function overlayOf(map: MapGrid, scale: ColorScale): MapOverlay {
  const last = known.get(map);
  if (last?.scale === scale) return last;
  const overlay = { map, scale };
  known.set(map, overlay);
  return overlay;
}
