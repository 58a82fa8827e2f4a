import type { Frame, Locator, Page } from 'playwright-core';
import { waitFor } from './waitFor.ts';
import { webviewFrame } from './webview.ts';

const SOON_MS = 20_000;
const FOCUS_MS = 300;
/** The first map waits for the models. */
const MAPS_MS = 120_000;

/** The gallery's page, as a person meets it. */
export class Gallery {
  private constructor(
    private readonly page: Page,
    readonly frame: Frame,
  ) {}

  /** Waits for the gallery that is in sight and for its first pictures. */
  static async of(page: Page): Promise<Gallery> {
    const frame = await webviewFrame(page, 'tsynd-sample-grid .tile canvas');
    return new Gallery(page, frame);
  }

  get grid(): Locator {
    return this.frame.getByRole('grid', { name: 'Samples' });
  }

  /** Those in sight and a little beyond, in the order of the list. */
  get tiles(): Locator {
    return this.frame.locator('tsynd-sample-grid .tile:visible');
  }

  /** What a screen reader hears of each tile. */
  labels(): Promise<string[]> {
    return this.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.ariaLabel ?? ''));
  }

  /** MI after, in nats, of each tile. */
  async miAfter(): Promise<number[]> {
    return (await this.labels()).map((label) => Number(/ to ([\d.]+) nats/.exec(label)?.[1]));
  }

  /** Clicks a tile, which takes the keys to the grid. */
  async select(index: number): Promise<void> {
    await this.tiles.nth(index).click({ timeout: SOON_MS });
    await this.page.waitForFunction(() => document.activeElement?.tagName === 'IFRAME');
    // The workbench notices a moment later that keys are the gallery's now, which no person is quick enough to see.
    await this.page.waitForTimeout(FOCUS_MS);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  tilesWith(decision: 'accepted' | 'rejected'): Locator {
    return this.frame.locator(`tsynd-sample-grid .tile[data-decision="${decision}"]:visible`);
  }

  async sortBy(label: string): Promise<void> {
    const dropdown = this.frame.locator('tsynd-gallery-toolbar vscode-dropdown');
    await dropdown.click();
    await dropdown.locator('vscode-option', { hasText: label }).click();
  }

  sortKey(): Promise<string> {
    return this.frame
      .locator('tsynd-gallery-toolbar vscode-dropdown')
      .evaluate((dropdown) => (dropdown as HTMLSelectElement).value);
  }

  /** The layer that is chosen in the toolbar. */
  layer(): Promise<string | null> {
    return this.frame.locator('tsynd-gallery-toolbar .layer[aria-checked="true"]').getAttribute('data-layer');
  }

  async openFilters(): Promise<void> {
    const button = this.frame.locator('tsynd-gallery-toolbar vscode-button.filter');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    await this.frame.locator('tsynd-filter-panel').waitFor({ timeout: SOON_MS });
  }

  /** Ticks or unticks a box of the filters. */
  async toggleFilter(label: string): Promise<void> {
    await this.frame.locator('tsynd-filter-panel vscode-checkbox', { hasText: label }).first().click();
  }

  /** What a tile draws, as something to compare. */
  pictureOf(index: number): Promise<string> {
    return this.tiles
      .nth(index)
      .locator('canvas')
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  }

  /** Until every tile in sight has its map. */
  async mapsShown(): Promise<void> {
    await waitFor(
      'maps',
      () =>
        this.tiles.evaluateAll((tiles) =>
          tiles.map((tile) => ({
            isPainted: tile.querySelector('canvas')?.hidden === false,
            lack: tile.querySelector<HTMLElement>('.lack')?.textContent ?? '',
          })),
        ),
      (tiles) => tiles.length > 0 && tiles.every(({ isPainted, lack }) => isPainted && lack === ''),
      MAPS_MS,
    );
  }

  async chooseMapOption(name: string, option: string): Promise<void> {
    const dropdown = this.frame.locator(`tsynd-map-controls vscode-dropdown[aria-label="${name}"]`);
    await dropdown.click();
    await dropdown.locator('vscode-option', { hasText: option }).click();
  }

  async setMapSlider(name: string, value: number): Promise<void> {
    await this.frame.locator(`tsynd-map-controls input[aria-label="${name}"]`).fill(String(value));
  }

  text(text: string | RegExp): Locator {
    return this.frame.getByText(text).first();
  }
}
