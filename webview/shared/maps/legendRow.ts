import { COLOR_STEPS } from '../../../src/color/bakeColors.ts';
import type { ColorScale } from '../../../src/color/mapLook.ts';

/** [257, 4] RGBA of a scale's values from its low to its high end; transparent where nothing is drawn. */
export function legendRow(scale: ColorScale): Uint8ClampedArray<ArrayBuffer> {
  const row = new Uint8ClampedArray(scale.colors);
  for (let step = 0; step < COLOR_STEPS; step++) {
    const value = scale.low + (step / (COLOR_STEPS - 1)) * (scale.high - scale.low);
    if (!scale.isDrawn(value)) row[4 * step + 3] = 0;
  }
  return row;
}
