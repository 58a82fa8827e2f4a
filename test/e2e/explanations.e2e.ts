import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import { cachedImages } from './support/webview.ts';
import { editorTab, runCommand, runRow, showRuns } from './support/workbench.ts';
import { addDataset, addTrainedRun, closeAndRemove, newWorkspace } from './support/workspaces.ts';

/** Layers of maps in the gallery of a run that was really trained, if only for a moment. */
const MAP_LAYERS = {
  5: 'saliencySource',
  6: 'saliencySynthetic',
  7: 'saliencyPairs',
  8: 'adversarial',
} as const;

const workspace = newWorkspace();
const sitting = new Sitting('explanations', () => editor);
let run: string;
let editor: Editor;
let gallery: Gallery;
/** Pictures of the first tile by layer. */
const pictures = new Map<string, string>();

before(async () => {
  run = await addTrainedRun(workspace, await addDataset(workspace, 'images'));
  editor = await Editor.open({ workspace });
  gallery = await openGallery();
});

after(() => closeAndRemove(editor, workspace));

test(
  'number keys show maps over the images, computed in the background and kept in the run',
  sitting.step(async () => {
    await gallery.select(0);
    pictures.set('synthetic', await gallery.pictureOf(0));
    for (const [key, layer] of Object.entries(MAP_LAYERS)) {
      await gallery.press(key);
      await waitForEqual('layer', () => gallery.layer(), layer);
      await gallery.mapsShown();
      await screenshot(editor.page, `explanations-${layer}`);
      pictures.set(layer, await gallery.pictureOf(0));
    }
    assert.equal(new Set(pictures.values()).size, pictures.size, 'every layer looks different');
    const files = keptFiles();
    assert.ok(files.includes('index.jsonl'));
    // Images that are the same share their maps, which synthetic ones of so short a training may be.
    const maps = files.filter((file) => file.endsWith('.npy')).length;
    assert.ok(maps > (await gallery.tiles.count()), `${maps} maps`);
  }),
);

test(
  'tiles of the adversarial layer say what it took',
  sitting.step(async () => {
    const labels = await gallery.labels();
    for (const label of labels) {
      assert.match(
        label,
        /(prediction flips after \d+ steps?|class kept for \d+ steps?|already); L2 of the change [\d.e+-]+/,
      );
    }
  }),
);

test(
  'colours, opacity and threshold change what is drawn, and ask for no map again',
  sitting.step(async () => {
    await gallery.press('6');
    await waitForEqual('layer', () => gallery.layer(), 'saliencySynthetic');
    await gallery.mapsShown();
    const files = keptFiles();
    let before = await gallery.pictureOf(0);
    const changes: readonly (() => Promise<void>)[] = [
      () => gallery.chooseMapOption('Colours', 'Cividis'),
      () => gallery.setMapSlider('Opacity', 0.9),
      () => gallery.setMapSlider('Threshold', 0.6),
      () => gallery.setMapSlider('Highest', 0.7),
    ];
    for (const change of changes) {
      await change();
      before = await waitFor(
        'another picture',
        () => gallery.pictureOf(0),
        (picture) => picture !== before,
      );
      await gallery.mapsShown();
    }
    await screenshot(editor.page, 'explanations-look');
    assert.deepEqual(keptFiles(), files);
    pictures.set('look', before);
  }),
);

test(
  'another layer of the network is another map, which is computed when it is chosen',
  sitting.step(async () => {
    const files = keptFiles().length;
    await gallery.chooseMapOption('Layer', 'layer3');
    await waitFor(
      'another picture',
      () => gallery.pictureOf(0),
      (picture) => picture !== pictures.get('look'),
    );
    await gallery.mapsShown();
    assert.ok(keptFiles().length > files);
    await gallery.chooseMapOption('Layer', 'layer4');
    await waitForEqual('picture', () => gallery.pictureOf(0), pictures.get('look'));
  }),
);

test(
  'the pointer tells the value of the map, and moves nothing',
  sitting.step(async () => {
    const bar = gallery.frame.locator('tsynd-map-bar');
    const height = async (): Promise<number | undefined> => (await bar.boundingBox())?.height;
    const before = await height();
    await gallery.tiles.nth(1).locator('canvas').hover();
    await gallery.text(/^\d\.\d\d at \(\d+, \d+\), synthetic · .+, probability \d\.\d{3}$/).waitFor();
    assert.equal(await height(), before);
    await gallery.select(0);
    await gallery.press('8');
    await waitForEqual('layer', () => gallery.layer(), 'adversarial');
    await gallery.mapsShown();
    await gallery.tiles.nth(2).locator('canvas').hover();
    await gallery.text(/of white \([+−]?[\d.]+ grey levels\) at/).waitFor();
    await screenshot(editor.page, 'explanations-reading');
  }),
);

test(
  'details say which class is explained and draw its probability along the steps',
  sitting.step(async () => {
    await gallery.select(0);
    await gallery.press('Enter');
    await gallery.frame.locator('tsynd-explanation tsynd-probability-curve').waitFor();
    await gallery.text('Class explained').waitFor();
    await screenshot(editor.page, 'explanations-details');
    await runCommand(editor.page, 'TSynD Gallery: Toggle Details');
  }),
);

test(
  'nothing overflows a narrow page',
  sitting.step(async () => {
    const size = editor.page.viewportSize();
    assert.ok(size);
    await editor.page.setViewportSize({ width: 940, height: size.height });
    for (const tag of ['tsynd-gallery-toolbar', 'tsynd-map-bar']) {
      const excess = await gallery.frame
        .locator(tag)
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(excess <= 0, `${tag} is ${excess} px too wide`);
    }
    await screenshot(editor.page, 'explanations-narrow');
    await editor.page.setViewportSize(size);
  }),
);

for (const theme of THEMES) {
  test(
    `maps and their legend in ${theme}`,
    sitting.step(async () => {
      await setTheme(editor.page, theme);
      await gallery.select(0);
      for (const key of ['8', '7']) {
        await gallery.press(key);
        await gallery.mapsShown();
        const name = theme.toLowerCase().replaceAll(' ', '-');
        await screenshot(editor.page, `explanations-${name}-${key}`);
      }
    }),
  );
}

test(
  'after a reload of the window the maps are there as they were, and none is computed again',
  sitting.step(async () => {
    await gallery.select(0);
    await gallery.press('6');
    await gallery.mapsShown();
    const files = keptFiles();
    await editor.reload();
    gallery = await Gallery.of(editor.page);
    await waitForEqual('layer', () => gallery.layer(), 'saliencySynthetic');
    await gallery.mapsShown();
    await waitForEqual('picture', () => gallery.pictureOf(0), pictures.get('look'));
    assert.deepEqual(keptFiles(), files);
  }),
);

test(
  'no image of the workspace is kept in the browser',
  sitting.step(async () => {
    assert.deepEqual(await cachedImages(editor.page), []);
  }),
);

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

function keptFiles(): readonly string[] {
  return readdirSync(path.join(run, 'explanations')).sort();
}

async function openGallery(): Promise<Gallery> {
  await showRuns(editor.page);
  await runRow(editor.page, /12 samples/).click({ timeout: 60_000 });
  await editorTab(editor.page, 'images').waitFor();
  return Gallery.of(editor.page);
}
