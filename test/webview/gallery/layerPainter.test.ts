import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError } from '../../../src/protocol/errors.ts';
import type { MapBatch, MapFacts } from '../../../src/protocol/explanations.ts';
import {
  withDifferenceLook,
  withSaliency,
  withSaliencyLook,
} from '../../../webview/shared/maps/mapChanges.ts';
import { INITIAL_MAP_STATE } from '../../../webview/shared/maps/mapState.ts';
import { ImageCache } from '../../../webview/gallery/imageCache.ts';
import { LayerPainter, type Picture } from '../../../webview/gallery/layerPainter.ts';
import { gapBeside } from '../../../webview/gallery/layerPixels.ts';
import { LAYER_IDS, type LayerId } from '../../../webview/gallery/layers.ts';
import { MapCache, type MapsOf } from '../../../webview/gallery/mapCache.ts';
import { INITIAL_VIEW_STATE, type ViewState } from '../../../webview/gallery/viewState.ts';

const SIZE = 2;
const FACTS: MapFacts = { target: 1, probability: 0.75 };

/** Maps whose values are 0, ¼, ½, … */
function mapsFor(ids: readonly string[], change: Partial<MapBatch> = {}): MapBatch {
  return {
    values: Float32Array.from({ length: ids.length * SIZE * SIZE }, (_, index) => (index % 4) / 4),
    width: SIZE,
    height: SIZE,
    found: ids.map((_, index) => index),
    facts: ids.map(() => FACTS),
    missing: [],
    ...change,
  };
}

interface AskedMaps {
  readonly ids: readonly string[];
  readonly of: MapsOf;
  readonly answer: (batch: MapBatch) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** A painter whose images are there at once and whose maps come when a test sends them. */
async function setUp(layer: LayerId): Promise<{
  painter: LayerPainter;
  asked: AskedMaps[];
  show: (change: Partial<ViewState>) => void;
  want: () => void;
}> {
  const asked: AskedMaps[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const images = new ImageCache({
    fetch: (ids) =>
      Promise.resolve({
        ids,
        pixels: Uint8Array.from(ids.flatMap(() => [10, 20, 30, 40])),
        width: SIZE,
        height: SIZE,
        channels: 1,
        missing: [],
      }),
    onChange: () => undefined,
  });
  const maps = new MapCache({
    fetch: (ids, of) =>
      new Promise((resolve, reject) => {
        asked.push({
          ids,
          of,
          answer: (batch) => {
            resolve(batch);
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    onChange: () => undefined,
    delay: () => undefined,
  });
  const painter = new LayerPainter(images, maps);
  let state: ViewState = { ...INITIAL_VIEW_STATE, layer };
  const want = (): void => {
    images.want(painter.needs('s1'), []);
    maps.want(painter.needsMaps('s1'), []);
  };
  painter.show(state);
  want();
  await settled();
  await settled();
  return {
    painter,
    asked,
    show: (change) => {
      state = { ...state, ...change };
      painter.show(state);
    },
    want,
  };
}

function pixelsOf(picture: Picture): Extract<Picture, { kind: 'pixels' }> {
  assert.ok(picture.kind === 'pixels', picture.kind);
  return picture;
}

describe('LayerPainter with maps', () => {
  test('asks for maps of the layer’s images, and for none in other layers', async () => {
    for (const layer of LAYER_IDS) {
      const { painter } = await setUp(layer);
      const images = painter.needs('s1').map(({ of }) => of);
      assert.deepEqual(
        painter.needsMaps('s1').map(({ of }) => of.image),
        painter.mapKind ? images : [],
      );
    }
  });

  test('shows the plain image and that the map is being computed, then the overlay', async () => {
    const { painter, asked } = await setUp('saliencySynthetic');
    const keyBefore = painter.keyOf('s1');
    const before = pixelsOf(painter.pictureOf('s1'));
    assert.deepEqual([...before.pixels.rgba.subarray(0, 4)], [10, 10, 10, 255]);
    assert.equal(before.lack?.isPending, true);

    await asked[0].answer(mapsFor(['s1']));
    const after = pixelsOf(painter.pictureOf('s1'));
    assert.notDeepEqual(after.pixels.rgba, before.pixels.rgba);
    assert.equal(after.lack, undefined);
    assert.deepEqual(after.facts, [FACTS]);
    assert.notEqual(painter.keyOf('s1'), keyBefore);
  });

  test('keeps the image in sight and tells why it has no map', async () => {
    const { painter, asked } = await setUp('saliencySynthetic');
    const reason = 'The image cannot be read.';
    await asked[0].answer(
      mapsFor([], { values: new Float32Array(), found: [], facts: [], missing: [{ index: 0, reason }] }),
    );
    const picture = pixelsOf(painter.pictureOf('s1'));
    assert.deepEqual(picture.lack, { isPending: false, text: reason });
    assert.deepEqual([...picture.pixels.rgba.subarray(0, 4)], [10, 10, 10, 255]);
  });

  test('gives up at once where trying again is of no use, says why, and goes on when told to', async () => {
    const { painter, asked } = await setUp('saliencySynthetic');
    const remedy = 'Trust this workspace to load its models.';
    await asked[0].fail(
      new TsyndError('process/unavailable', 'Maps are off in Restricted Mode.', { remedy }),
    );
    assert.deepEqual(painter.trouble, {
      what: 'maps',
      message: `Maps are off in Restricted Mode. ${remedy}`,
    });
    assert.equal(pixelsOf(painter.pictureOf('s1')).lack?.isPending, false);
    const keyOfTrouble = painter.keyOf('s1');
    painter.retry();
    assert.notEqual(painter.keyOf('s1'), keyOfTrouble);
    await asked[1].answer(mapsFor(['s1']));
    assert.equal(painter.trouble, undefined);
  });

  test('another request is asked anew, and a map of the one before is not shown for it', async () => {
    const { painter, asked, show, want } = await setUp('saliencySynthetic');
    await asked[0].answer(mapsFor(['s1']));
    const first = painter.keyOf('s1');
    show({ maps: withSaliency(INITIAL_MAP_STATE, { layer: 'layer3' }) });
    assert.equal(pixelsOf(painter.pictureOf('s1')).lack?.isPending, true);
    want();
    assert.deepEqual(asked[1].of.request, {
      kind: 'saliency',
      choices: { ...INITIAL_MAP_STATE.saliency, layer: 'layer3' },
    });
    show({ maps: INITIAL_MAP_STATE });
    assert.equal(painter.keyOf('s1'), first);
    assert.equal(pixelsOf(painter.pictureOf('s1')).lack, undefined);
  });

  test('another look paints anew and asks for nothing', async () => {
    const { painter, asked, show, want } = await setUp('saliencySynthetic');
    await asked[0].answer(mapsFor(['s1']));
    const [key, picture] = [painter.keyOf('s1'), pixelsOf(painter.pictureOf('s1'))];
    show({ maps: withSaliencyLook(INITIAL_MAP_STATE, { opacity: 1 }) });
    want();
    assert.equal(asked.length, 1);
    assert.notEqual(painter.keyOf('s1'), key);
    assert.notDeepEqual(pixelsOf(painter.pictureOf('s1')).pixels.rgba, picture.pixels.rgba);
  });

  test('the look of one kind of map leaves pictures of the other alone', async () => {
    const { painter, show } = await setUp('saliencySynthetic');
    const key = painter.keyOf('s1');
    show({ maps: withDifferenceLook(INITIAL_MAP_STATE, { range: 0.5 }) });
    assert.equal(painter.keyOf('s1'), key);
    painter.setTheme('light');
    assert.equal(painter.keyOf('s1'), key);
    show({ layer: 'adversarial' });
    const dark = painter.keyOf('s1');
    painter.setTheme('dark');
    assert.notEqual(painter.keyOf('s1'), dark);
  });

  test('a map that does not fit its image is not stretched over it', async () => {
    const { painter, asked } = await setUp('saliencySynthetic');
    await asked[0].answer(mapsFor(['s1'], { values: new Float32Array(1), width: 1, height: 1 }));
    const picture = pixelsOf(painter.pictureOf('s1'));
    assert.deepEqual(picture.lack, { isPending: false, text: 'The map and its image differ in size.' });
    assert.deepEqual(picture.facts, []);
  });
});

describe('LayerPainter.valueAt', () => {
  test('is the value at the pixel, with what the map explains', async () => {
    const { painter, asked } = await setUp('saliencySynthetic');
    assert.equal(painter.valueAt('s1', 0, 1), undefined);
    await asked[0].answer(mapsFor(['s1']));
    assert.deepEqual(painter.valueAt('s1', 1, 1), {
      image: 'synthetic',
      value: 0.75,
      x: 1,
      y: 1,
      facts: FACTS,
    });
    for (const [x, y] of [
      [-1, 0],
      [2, 0],
      [0, 2],
    ]) {
      assert.equal(painter.valueAt('s1', x, y), undefined);
    }
  });

  test('in a pair is that of the image under the pointer, counted from its own edge', async () => {
    const { painter, asked } = await setUp('saliencyPairs');
    const synthetic = asked.find(({ of }) => of.image === 'synthetic');
    await synthetic?.answer(mapsFor(['s1']));
    const left = SIZE + gapBeside(SIZE);
    const value = painter.valueAt('s1', left + 1, 0);
    assert.deepEqual([value?.image, value?.x, value?.value], ['synthetic', 1, 0.25]);
    assert.equal(painter.valueAt('s1', 1, 0), undefined);
    assert.equal(painter.valueAt('s1', SIZE, 0), undefined);
  });
});
