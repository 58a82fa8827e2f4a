/** Sizes in CSS px. */
export interface GridLayout {
  readonly columns: number;
  /** Lines of tiles. */
  readonly lines: number;
  readonly tileWidth: number;
  readonly pictureHeight: number;
  /** From the top of a line to the top of the next. */
  readonly lineHeight: number;
}

export const GRID_PADDING = 8;
export const TILE_GAP = 4;
/** Around a tile's picture; its background shows the selection. */
export const TILE_PADDING = 4;
/** Two lines of text under the picture. */
export const CAPTION_HEIGHT = 38;

/**
 * As many columns as fit, tiles stretched to fill the line. `across` pictures lie beside each other in a tile, which is
 * as much wider, up to a whole line.
 */
export function layoutGrid(width: number, count: number, tileSize: number, across: number): GridLayout {
  const available = Math.max(1, width - 2 * GRID_PADDING);
  const leastWidth = Math.min(available, tileSize * across);
  const columns = Math.max(1, Math.floor((available + TILE_GAP) / (leastWidth + TILE_GAP)));
  const tileWidth = Math.floor((available - (columns - 1) * TILE_GAP) / columns);
  const pictureHeight = Math.max(1, Math.round((tileWidth - 2 * TILE_PADDING) / across));
  return {
    columns,
    lines: Math.ceil(count / columns),
    tileWidth,
    pictureHeight,
    lineHeight: pictureHeight + 2 * TILE_PADDING + CAPTION_HEIGHT + TILE_GAP,
  };
}

/** The scroll position that shows a line, as close as possible to where the window is now. */
export function scrollToShow(
  line: number,
  { lineHeight }: GridLayout,
  scrollTop: number,
  windowHeight: number,
): number {
  const top = GRID_PADDING + line * lineHeight;
  if (top - GRID_PADDING < scrollTop) return top - GRID_PADDING;
  const bottom = top + lineHeight + GRID_PADDING - TILE_GAP;
  return bottom > scrollTop + windowHeight ? bottom - windowHeight : scrollTop;
}
