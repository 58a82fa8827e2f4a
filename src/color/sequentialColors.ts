import {
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolateViridis,
} from 'd3-scale-chromatic';

import { bakeColors } from './bakeColors.ts';

/** Maps for values from nothing to much. All grow in lightness only, and cividis looks the same with any colour vision. */
export const SEQUENTIAL_MAPS = ['inferno', 'magma', 'viridis', 'cividis'] as const;
export type SequentialMap = (typeof SEQUENTIAL_MAPS)[number];

const INTERPOLATORS: Readonly<Record<SequentialMap, (fraction: number) => string>> = {
  inferno: interpolateInferno,
  magma: interpolateMagma,
  viridis: interpolateViridis,
  cividis: interpolateCividis,
};

const baked = new Map<SequentialMap, Uint8ClampedArray>();

/** [257, 4] RGBA of the values 0 to 1. */
export function sequentialColors(name: SequentialMap): Uint8ClampedArray {
  let colors = baked.get(name);
  if (!colors) {
    colors = bakeColors(INTERPOLATORS[name]);
    baked.set(name, colors);
  }
  return colors;
}
