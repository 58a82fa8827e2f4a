import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Frame } from 'playwright-core';
import { tinyRun } from '../support/tinyRun.ts';
import { Editor, screenshot } from './support/editor.ts';
import { ExplorerImages } from './support/explorerImages.ts';
import { Sitting } from './support/sitting.ts';
import { setTheme, THEMES } from './support/themes.ts';
import { waitFor } from './support/waitFor.ts';
import { webviewFrame } from './support/webview.ts';
import { quickRow, runCommand } from './support/workbench.ts';
import { addDataset, closeAndRemove, newWorkspace } from './support/workspaces.ts';

const DATASET = 'scans';
/** A first map loads and compiles a model. */
const FIRST_MAP_MS = 90_000;
/** Of a later one, on machines that do other things as well; what it takes is told. */
const NEXT_MAP_MS = 3_000;

const workspace = newWorkspace();
const sitting = new Sitting('inspector-maps', () => editor);
let editor: Editor;
let images: ExplorerImages;

before(async () => {
  const dataset = await addDataset(workspace, DATASET);
  const out = path.join(workspace, '.tsynd/runs');
  await tinyRun(dataset, out, { imageSize: 16, count: 4, method: 'baseline' });
  await tinyRun(dataset, out, { imageSize: 16, count: 4 });
  images = new ExplorerImages(dataset);
  editor = await Editor.open({ workspace, settings: { 'explorer.compactFolders': false } });
});

after(() => closeAndRemove(editor, workspace));

test(
  'a key shows what in the image speaks for its class',
  sitting.step(async () => {
    const { page } = editor;
    await images.open(editor.page, 0);
    await runCommand(page, 'Reopen Editor With...');
    await quickRow(page, 'TSynD Inspector').first().click();
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
    await frame.getByText(images.name(0)).first().waitFor();
    const plain = await drawing(frame);
    await frame.locator('tsynd-image-view').click();
    await page.keyboard.press('2');
    await headings(frame, 1, FIRST_MAP_MS);
    await waitFor(
      'an overlay',
      () => drawing(frame),
      (now) => now !== plain,
    );
    await frame.getByText('share of the strongest evidence').waitFor();
    await frame.locator('tsynd-image-view').first().hover();
    await frame.getByText(/saliency [01]\.\d\d/).waitFor();
  }),
);

test(
  'the map is drawn otherwise, and of another layer, by the controls beside it',
  sitting.step(async () => {
    const frame = await webviewFrame(editor.page, 'tsynd-inspector tsynd-map-controls');
    const before = await drawing(frame);
    await frame.getByRole('slider', { name: 'Opacity' }).fill('1');
    const opaque = await waitFor(
      'a map that hides the image',
      () => drawing(frame),
      (now) => now !== before,
    );
    await frame.getByRole('combobox', { name: 'Layer' }).click();
    await frame.getByRole('option', { name: 'layer3' }).click();
    await waitFor(
      'a map of the other layer',
      () => drawing(frame),
      (now) => now !== opaque,
    );
    await frame.getByRole('slider', { name: 'Opacity' }).fill('0.5');
  }),
);

test(
  'a second run’s map stands beside the first one’s',
  sitting.step(async () => {
    const frame = await webviewFrame(editor.page, 'tsynd-inspector tsynd-map-controls');
    await frame.getByRole('combobox', { name: 'Compare with' }).click();
    await frame
      .getByRole('option', { name: /baseline/ })
      .last()
      .click();
    const [first, second] = await headings(frame, 2, FIRST_MAP_MS);
    assert.notEqual(first, second);
    const views = frame.locator('tsynd-image-view');
    await views.first().click();
    await editor.page.keyboard.press('=');
    const zooms = async (): Promise<number[]> =>
      views.evaluateAll((all) => all.map((view) => (view as unknown as { scale: number }).scale));
    const [left, right] = await zooms();
    assert.ok(left > 0 && left === right, `${left}, ${right}`);
    await editor.page.keyboard.press('0');
  }),
);

for (const theme of THEMES) {
  test(
    `maps are drawn in the colours of ${theme}`,
    sitting.step(async () => {
      const { page } = editor;
      const name = theme.toLowerCase().replaceAll(' ', '-');
      await setTheme(page, theme);
      const frame = await webviewFrame(page, 'tsynd-inspector tsynd-image-view');
      await frame.locator('tsynd-image-view').first().click();
      await page.keyboard.press('2');
      await headings(frame, 2, FIRST_MAP_MS);
      await screenshot(page, `inspector-saliency-${name}`);
      await page.keyboard.press('3');
      await waitFor(
        'two searches',
        () => frame.locator('tsynd-probability-curve').count(),
        (count) => count === 2,
        FIRST_MAP_MS,
      );
      await screenshot(page, `inspector-adversarial-${name}`);
      assert.equal(await frame.locator('tsynd-image-view').count(), 10);
    }),
  );
}

test('the map follows the image that is active, without anything of the one before', async (t) =>
  sitting.step(async () => {
    const { page } = editor;
    await setTheme(page, 'Dark Modern');
    await runCommand(page, 'View: Close All Editors');
    await waitFor('no inspector', openInspectors, (count) => count === 0);
    await images.open(editor.page, 0);
    await runCommand(page, 'TSynD: Open Inspector to the Side');
    const frame = await webviewFrame(page, 'tsynd-inspector tsynd-layers');
    await frame.getByRole('radio', { name: 'Saliency' }).click();
    await headings(frame, 2, FIRST_MAP_MS);
    for (const index of [1, 2, 3]) await follow(t, frame, index);
    await screenshot(page, 'inspector-saliency-side');
    await frame.getByRole('radio', { name: 'Adversarial' }).click();
    await waitFor(
      'two searches',
      () => frame.locator('tsynd-probability-curve').count(),
      (count) => count === 2,
      FIRST_MAP_MS,
    );
    await screenshot(page, 'inspector-adversarial-side');
  })(t));

test(
  'nothing of ours went wrong unseen',
  sitting.step(async () => {
    await editor.problems.assertNone();
  }),
);

/** Goes to another image and waits for its maps; tells how long after the editor's word they were drawn. */
async function follow(t: TestContext, frame: Frame, index: number): Promise<void> {
  const drawn = frame.evaluate(async (title) => {
    let told: number | undefined;
    window.addEventListener('message', ({ data }) => {
      if (JSON.stringify(data).includes('inspector/show')) told ??= performance.now();
    });
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const page = document.querySelector('tsynd-inspector')?.shadowRoot;
      const texts = [...(page?.querySelectorAll('.heading .numbers') ?? [])].map((it) => it.textContent);
      const isWhole = texts.length > 0 && texts.every((text) => text.includes('Predicted'));
      const isShown = page?.querySelector('h2')?.textContent === title;
      if (isShown && isWhole && told !== undefined) return performance.now() - told;
    }
  }, images.name(index));
  await images.open(editor.page, index);
  const ms = await drawn;
  t.diagnostic(`${images.name(index)}: maps of two runs ${Math.round(ms)} ms after the page was told of it`);
  assert.ok(ms < NEXT_MAP_MS, `${ms} ms`);
}

/** What stands above the maps of so many runs, once all are there. */
async function headings(frame: Frame, runs: number, timeoutMs: number): Promise<string[]> {
  return waitFor(
    'maps',
    () => frame.locator('.heading').allInnerTexts(),
    (texts) => texts.length === runs && texts.every((text) => text.includes('Predicted')),
    timeoutMs,
  );
}

async function openInspectors(): Promise<number> {
  const counts = editor.page.frames().map((frame) => frame.locator('tsynd-inspector').count());
  return (await Promise.allSettled(counts)).reduce(
    (sum, count) => sum + (count.status === 'fulfilled' ? count.value : 0),
    0,
  );
}

/** The first view's pixels, as text. */
async function drawing(frame: Frame): Promise<string> {
  return frame
    .locator('tsynd-image-view canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}
