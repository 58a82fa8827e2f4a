import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { GridScene } from '../../../webview/gallery/gridScene.ts';
import { ImageCache } from '../../../webview/gallery/imageCache.ts';
import { LayerPainter } from '../../../webview/gallery/layerPainter.ts';
import type { LayerId } from '../../../webview/gallery/layers.ts';
import { loadedRun } from '../../../webview/gallery/loadedRun.ts';
import { MapCache } from '../../../webview/gallery/mapCache.ts';
import { NO_SELECTION } from '../../../webview/gallery/selection.ts';
import { INITIAL_VIEW_STATE } from '../../../webview/gallery/viewState.ts';
import { wantedImages } from '../../../webview/gallery/wantedImages.ts';
import { snapshotOf, tableOf } from './tables.ts';

const COLUMNS = 2;
const LINE_HEIGHT = 100;
const SAMPLES = 60;

function painterOf(layer: LayerId): LayerPainter {
  const nothing = (): Promise<never> => new Promise(() => undefined);
  const onChange = (): void => undefined;
  const painter = new LayerPainter(
    new ImageCache({ fetch: nothing, onChange }),
    new MapCache({ fetch: nothing, onChange }),
  );
  painter.show({ ...INITIAL_VIEW_STATE, layer });
  return painter;
}

/** 30 lines of two samples each. */
function sceneOf(cursor?: number): GridScene {
  const table = tableOf({}, SAMPLES);
  return {
    run: loadedRun(snapshotOf(table), []),
    view: Uint32Array.from({ length: SAMPLES }, (_, row) => row),
    selection: { ...NO_SELECTION, cursor },
    layout: {
      columns: COLUMNS,
      lines: SAMPLES / COLUMNS,
      tileWidth: 80,
      pictureHeight: 80,
      lineHeight: LINE_HEIGHT,
    },
  };
}

/** Lines 10 to 12. */
const WINDOW = { top: 10 * LINE_HEIGHT, height: 2 * LINE_HEIGHT };

const linesOf = (keys: readonly { readonly id: string }[]): number[] => [
  ...new Set(keys.map(({ id }) => Math.floor(Number(id.slice(1)) / COLUMNS))),
];

describe('wantedImages', () => {
  test('asks for maps of what is in sight, and of less around it than for images', () => {
    const { images, maps } = wantedImages(sceneOf(), WINDOW, painterOf('saliencySource'), false);
    assert.deepEqual(linesOf(maps.visible), [10, 11]);
    assert.deepEqual(linesOf(images.visible), [10, 11]);
    assert.deepEqual(linesOf(maps.margin), [12, 13, 8, 9]);
    assert.ok(linesOf(images.margin).length > linesOf(maps.margin).length);
    assert.ok(maps.visible.every(({ of }) => of.image === 'source' && of.request.kind === 'saliency'));
  });

  test('asks for no maps where the layer has none', () => {
    const { maps } = wantedImages(sceneOf(3), WINDOW, painterOf('difference'), true);
    assert.deepEqual(maps, { visible: [], margin: [] });
  });

  test('asks first for the map that the details speak of', () => {
    const scene = sceneOf(3);
    const { maps, images } = wantedImages(scene, WINDOW, painterOf('adversarial'), true);
    assert.equal(maps.visible[0].id, 's3');
    assert.deepEqual(
      images.visible.slice(0, 2).map(({ of, id }) => `${of} ${id}`),
      ['synthetic s3', 'source s3'],
    );
    const closed = wantedImages(scene, WINDOW, painterOf('adversarial'), false);
    assert.deepEqual(linesOf(closed.maps.visible), [10, 11]);
  });
});
