import { interpolatePuOr, interpolateRdBu } from 'd3-scale-chromatic';

import { bakeColors, COLOR_STEPS } from './bakeColors.ts';

export type ThemeKind = 'dark' | 'light';

type Rgb = readonly [number, number, number];

/** Maps for values below and above a zero that is always in the middle; all can be told apart by colour-blind people. */
export const DIVERGING_MAPS = ['blueOrange', 'purpleOrange', 'blueRed'] as const;
export type DivergingMap = (typeof DIVERGING_MAPS)[number];

/**
 * Blue for less, orange for more, in steps from -1 over a neutral zero to +1. Lightness grows (on dark) or falls (on
 * light) with the size of the value, so that zero recedes into the page; blue and orange stay apart for all common
 * kinds of colour blindness.
 */
const BLUE_ORANGE: Readonly<Record<ThemeKind, readonly Rgb[]>> = {
  dark: [
    [173, 216, 255],
    [46, 134, 222],
    [24, 24, 24],
    [214, 104, 22],
    [255, 214, 170],
  ],
  light: [
    [8, 48, 107],
    [66, 146, 198],
    [247, 247, 247],
    [230, 118, 22],
    [110, 38, 4],
  ],
};

/** [257, 4] RGBA of the values -1 to 1; zero is the middle one. */
export function divergingColors(name: DivergingMap, theme: ThemeKind): Uint8ClampedArray {
  switch (name) {
    case 'blueOrange':
      return blueOrange(theme);
    case 'purpleOrange':
      return bakeColors((fraction) => interpolatePuOr(1 - fraction));
    case 'blueRed':
      return bakeColors((fraction) => interpolateRdBu(1 - fraction));
  }
}

function blueOrange(theme: ThemeKind): Uint8ClampedArray {
  const colors = new Uint8ClampedArray(4 * COLOR_STEPS);
  for (let step = 0; step < COLOR_STEPS; step++) {
    colors.set([...mix(BLUE_ORANGE[theme], step / (COLOR_STEPS - 1)), 255], 4 * step);
  }
  return colors;
}

/** `fraction` 0 to 1 along equally spaced stops, between them linear. */
function mix(stops: readonly Rgb[], fraction: number): Rgb {
  const position = fraction * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(position));
  const share = position - index;
  const channel = (c: 0 | 1 | 2): number => stops[index][c] + share * (stops[index + 1][c] - stops[index][c]);
  return [channel(0), channel(1), channel(2)];
}
