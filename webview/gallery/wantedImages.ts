import type { GalleryImage, GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { BatchKey } from './batchCache.ts';
import type { ImageKey } from './imageCache.ts';
import type { LayerPainter } from './layerPainter.ts';
import type { MapKey } from './mapCache.ts';
import type { GridScene } from './gridScene.ts';

/** Lines above and below the window whose images are fetched ahead. */
const MARGIN_LINES = 8;
/** Maps cost computing, also for those who scroll no further. */
const MAP_MARGIN_LINES = 2;

/** What the details show beside the grid's layer. */
const DETAILS_IMAGES: Readonly<Record<GalleryKind, readonly GalleryImage[]>> = {
  samples: ['synthetic', 'source'],
  scores: ['image'],
};

/** What is in sight, and what lies around it. */
export interface Wanted<Key> {
  readonly visible: Key[];
  readonly margin: Key[];
}

/** What a scroll position asks for: that of the details and of the window at once, its surroundings next. */
export function wantedImages(
  { run, view, selection, layout }: GridScene,
  window: { readonly top: number; readonly height: number },
  painter: Pick<LayerPainter, 'needs' | 'needsMaps'>,
  isDetailsOpen: boolean,
): { readonly images: Wanted<ImageKey>; readonly maps: Wanted<MapKey> } {
  const { columns, lineHeight } = layout;
  const { ids } = run.table;
  const first = Math.floor(window.top / lineHeight);
  const end = Math.ceil((window.top + window.height) / lineHeight);
  const keysOf = <Key extends BatchKey<unknown>>(
    from: number,
    to: number,
    needs: (id: string) => Key[],
  ): Key[] =>
    Array.from(view.subarray(Math.max(0, from * columns), Math.max(0, to * columns))).flatMap((row) =>
      needs(ids[row]),
    );
  const around = <Key extends BatchKey<unknown>>(
    details: readonly Key[],
    lines: number,
    needs: (id: string) => Key[],
  ): Wanted<Key> => ({
    visible: [...details, ...keysOf(first, end, needs)],
    margin: [...keysOf(end, end + lines, needs), ...keysOf(first - lines, first, needs)],
  });
  const shown = isDetailsOpen && selection.cursor !== undefined ? ids[selection.cursor] : undefined;
  const detailsImages: ImageKey[] =
    shown === undefined ? [] : DETAILS_IMAGES[run.snapshot.kind].map((of) => ({ of, id: shown }));
  const detailsMaps = shown === undefined ? [] : painter.needsMaps(shown);
  return {
    images: around(detailsImages, MARGIN_LINES, (id) => painter.needs(id)),
    maps: around(detailsMaps, MAP_MARGIN_LINES, (id) => painter.needsMaps(id)),
  };
}
