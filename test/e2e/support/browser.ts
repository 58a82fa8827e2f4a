import { chromium, type BrowserContext } from 'playwright-core';
import type { VscodeTools } from '../../tools/vscodeTools.ts';

const ARGUMENTS = [
  // The browser shows our own pages only, and Debian's sandbox does not start for root.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium without a screen, with a profile of its own in `folder`. */
export function launchBrowser(
  { chromium: executablePath }: VscodeTools,
  folder: string,
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath,
    args: ARGUMENTS,
    viewport: { width: 1400, height: 900 },
  });
}
