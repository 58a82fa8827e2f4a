import type { Frame, Page } from 'playwright-core';

const POLL_MS = 150;

/** The frame of a page of ours that shows an element with this selector. A webview is a frame in a frame. */
export async function webviewFrame(page: Page, selector: string, timeoutMs = 60_000): Promise<Frame> {
  const startedAt = Date.now();
  for (;;) {
    for (const frame of page.frames()) if (await hasElement(frame, selector)) return frame;
    if (Date.now() - startedAt > timeoutMs) {
      const frames = page.frames().map((frame) => frame.url().slice(0, 120));
      throw new Error(`No webview shows '${selector}'; frames: ${frames.join(' | ')}`);
    }
    await page.waitForTimeout(POLL_MS);
  }
}

async function hasElement(frame: Frame, selector: string): Promise<boolean> {
  try {
    return (await frame.locator(selector).filter({ visible: true }).count()) > 0;
  } catch {
    return false; // Gone while we looked.
  }
}

interface CachedEntry {
  readonly cache: string;
  readonly url: string;
  readonly type: string;
}

/** Images and files of runs in the CacheStorage of all frames of the window. */
export async function cachedImages(page: Page): Promise<CachedEntry[]> {
  return (await cachedEntries(page)).filter(
    ({ url, type }) => /\.(png|jpe?g|npz|npy|jsonl)\b/i.test(url) || type.startsWith('image/'),
  );
}

/** Everything in CacheStorage, where a webview's service worker copies what it gets. */
async function cachedEntries(page: Page): Promise<CachedEntry[]> {
  const entries: CachedEntry[] = [];
  for (const frame of page.frames()) {
    entries.push(
      ...(await frame.evaluate(async () => {
        const found: { cache: string; url: string; type: string }[] = [];
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            const response = await cache.match(request);
            found.push({ cache: name, url: request.url, type: response?.headers.get('content-type') ?? '' });
          }
        }
        return found;
      })),
    );
  }
  return entries;
}
