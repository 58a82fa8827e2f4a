import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { Editor, screenshot } from './support/editor.ts';
import { Gallery } from './support/gallery.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme } from './support/themes.ts';
import { waitFor, waitForEqual } from './support/waitFor.ts';
import {
  chooseFromExplorerMenu,
  chooseFromMenu,
  editorTab,
  quickRow,
  runRow,
  showRuns,
} from './support/workbench.ts';
import { addDataset, addTrainedRun, closeAndRemove, newWorkspace } from './support/workspaces.ts';

/** A person scores a dataset with the classifier of a run, and looks for labels that are wrong. */
const NAME = 'images';
const SCORED_MS = 120_000;

const workspace = newWorkspace();
const sitting = new Sitting('scores', () => editor);
let editor: Editor;
let gallery: Gallery;
let run: string;
let images: number;

before(async () => {
  const dataset = await addDataset(workspace, NAME);
  plantConflict(dataset);
  const files = readdirSync(dataset, { recursive: true, withFileTypes: true });
  images = files.filter((file) => file.isFile() && /\.(png|jpe?g)$/i.test(file.name)).length;
  run = await addTrainedRun(workspace, dataset);
  editor = await Editor.open({ workspace });
});

after(() => closeAndRemove(editor, workspace));

test(
  'a dataset is scored from its menu, and its gallery opens with the highest loss first',
  sitting.step(async () => {
    const { page } = editor;
    await chooseFromExplorerMenu(page, NAME, 'TSynD', 'Score Dataset');
    await quickRow(page, NAME).first().click({ timeout: SCORED_MS });
    await editorTab(page, `${NAME} · scores of mi`).waitFor({ timeout: SCORED_MS });
    gallery = await Gallery.of(page);
    const folders = readdirSync(path.join(run, 'scores'));
    assert.equal(folders.length, 1);
    await waitFor('counts', counts, (text) => text.startsWith(`${images} images`));
    const losses = (await gallery.labels()).map((label) => Number(/loss ([\d.]+) nats/.exec(label)?.[1]));
    assert.ok(losses.length > 1);
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => b - a),
    );
    await screenshot(page, 'scores');
  }),
);

test(
  'images of the test split are there to be looked at, which is said as long as they are shown',
  sitting.step(async () => {
    const notice = gallery.text(/Images of the test split are among those shown/);
    await notice.waitFor();
    await gallery.openFilters();
    await gallery.toggleFilter('train');
    await notice.waitFor({ state: 'hidden' });
    await gallery.toggleFilter('train');
    await notice.waitFor();
  }),
);

test(
  'number keys show maps over the real images, in the details as well',
  sitting.step(async () => {
    await gallery.select(0);
    const pictures = [await gallery.pictureOf(0)];
    const layers = { 2: 'saliencyImage', 3: 'adversarialImage' };
    for (const [key, layer] of Object.entries(layers)) {
      await gallery.press(key);
      await waitForEqual('layer', () => gallery.layer(), layer);
      await gallery.mapsShown();
      pictures.push(await gallery.pictureOf(0));
      await screenshot(editor.page, `scores-${layer}`);
    }
    assert.equal(new Set(pictures).size, pictures.length);
    for (const label of await gallery.labels()) assert.match(label, /L2 of the change \d/);
    await gallery.press('Enter');
    await details().locator('tsynd-probability-curve').waitFor();
    const withMap = await enlarged();
    await screenshot(editor.page, 'scores-details-map');
    await gallery.select(0);
    await gallery.press('1');
    await waitFor('the image alone', enlarged, (picture) => picture !== withMap);
    await gallery.press('Escape');
  }),
);

test(
  'after a reload of the window the same scores are there',
  sitting.step(async () => {
    await gallery.press('2');
    await waitForEqual('layer', () => gallery.layer(), 'saliencyImage');
    const before = await gallery.labels();
    await editor.reload();
    gallery = await Gallery.of(editor.page);
    await waitForEqual('layer', () => gallery.layer(), 'saliencyImage');
    await gallery.mapsShown();
    assert.deepEqual((await gallery.labels()).slice(0, 3), before.slice(0, 3));
    await gallery.select(0);
    await gallery.press('1');
  }),
);

test(
  'nothing can be decided about real images',
  sitting.step(async () => {
    assert.equal(await gallery.frame.getByRole('button', { name: 'Accept' }).count(), 0);
    await gallery.frame.getByRole('grid', { name: 'Images' }).waitFor();
    await gallery.select(0);
    await gallery.press('a', 'x');
    assert.deepEqual(
      readdirSync(run).filter((name) => name.startsWith('curation')),
      [],
    );
    assert.equal(await gallery.tilesWith('accepted').count(), 0);
  }),
);

test(
  'copies are found, and the details lead from one to the other',
  sitting.step(async () => {
    await gallery.openFilters();
    await gallery.toggleFilter('Same pixels as another');
    await waitFor(
      'the copies',
      () => gallery.tiles.count(),
      (count) => count > 1 && count < images,
    );
    const [first] = await gallery.labels();
    assert.match(first, /Same pixels as .*labelled differently/);
    await screenshot(editor.page, 'scores-copies');
    await gallery.select(0);
    await gallery.press('Enter');
    const before = await title();
    await details().locator('li button.link').first().click();
    await waitFor('another image', title, (text) => text !== before);
    await details().locator('tsynd-image-view canvas').waitFor();
    await screenshot(editor.page, 'scores-details');
  }),
);

test(
  'looks right in a light theme and in high contrast',
  sitting.step(async () => {
    for (const theme of ['Light Modern', 'Dark High Contrast'] as const) {
      await setTheme(editor.page, theme);
      await screenshot(editor.page, `scores-${theme}`);
    }
  }),
);

test(
  'closed scores are opened again from their run',
  sitting.step(async () => {
    const { page } = editor;
    await editorTab(page, 'scores of mi').locator('.action-label').click();
    await showRuns(page);
    await chooseFromMenu(page, runRow(page, NAME), 'Open Scores');
    await editorTab(page, 'scores of mi').waitFor({ timeout: SCORED_MS });
    gallery = await Gallery.of(page);
    await waitForEqual('sort key', () => gallery.sortKey(), 'loss');
  }),
);

/** Copies an image of one class into another, so that one picture has two labels. */
function plantConflict(dataset: string): void {
  const [from, to] = readdirSync(dataset, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((folder) => readdirSync(folder).some((name) => /\.(png|jpe?g)$/i.test(name)))
    .sort();
  const file = readdirSync(from).find((name) => /\.(png|jpe?g)$/i.test(name)) ?? '';
  copyFileSync(path.join(from, file), path.join(to, `copy-${file}`));
}

const counts = (): Promise<string> => gallery.frame.locator('.status .counts').innerText();
const details = (): Locator => gallery.frame.locator('tsynd-sample-details');
const enlarged = (): Promise<string> =>
  details()
    .locator('tsynd-image-view canvas')
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const title = (): Promise<string> => details().locator('header h2').innerText();
