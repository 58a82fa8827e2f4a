import {
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
  type SymbolType,
} from 'd3-shape';

/** Colours by class `series-0` and so on; `reportStyles` has them. */
export const SERIES_COLORS = 7;

const DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 2'];
const SYMBOLS: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolWye,
  symbolStar,
];
const SYMBOL_AREA = 34;

/** How an arm is drawn: by colour, and by dashes and markers for those who do not see it. */
export interface SeriesStyle {
  readonly className: string;
  readonly dashes: string;
  /** Path of the marker around 0, 0. */
  readonly marker: string;
}

export function seriesStyle(index: number): SeriesStyle {
  return {
    className: `series series-${index % SERIES_COLORS}`,
    dashes: DASHES[index % DASHES.length],
    marker: symbol(SYMBOLS[index % SYMBOLS.length], SYMBOL_AREA)() ?? '',
  };
}
