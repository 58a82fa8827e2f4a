import type { ImageKey } from './imageCache.ts';
import type { LayerPainter } from './layerPainter.ts';
import type { GridScene } from './tileLines.ts';

/** Lines above and below the window whose images are fetched ahead. */
const MARGIN_LINES = 8;

/** The images that a scroll position asks for: those of the details and of the window at once, its surroundings next. */
export function wantedImages(
  { run, view, selection, layout }: GridScene,
  window: { readonly top: number; readonly height: number },
  painter: Pick<LayerPainter, 'needs'>,
  isDetailsOpen: boolean,
): { readonly visible: ImageKey[]; readonly margin: ImageKey[] } {
  const { columns, lineHeight } = layout;
  const { ids } = run.table;
  const first = Math.floor(window.top / lineHeight);
  const end = Math.ceil((window.top + window.height) / lineHeight);
  const keysOf = (from: number, to: number): ImageKey[] =>
    Array.from(view.subarray(Math.max(0, from * columns), Math.max(0, to * columns))).flatMap((row) =>
      painter.needs(ids[row]),
    );
  const details: ImageKey[] =
    isDetailsOpen && selection.cursor !== undefined
      ? [
          { layer: 'synthetic', id: ids[selection.cursor] },
          { layer: 'source', id: ids[selection.cursor] },
        ]
      : [];
  return {
    visible: [...details, ...keysOf(first, end)],
    margin: [...keysOf(end, end + MARGIN_LINES), ...keysOf(first - MARGIN_LINES, first)],
  };
}
