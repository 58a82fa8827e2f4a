import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Whatever of it names our code; the workbench's own noise is not ours to mend. */
const OURS = /dist\/(webview|extension|library|compute)|tsynd\.tsynd/i;
/** What a page of ours is refused by its own content security policy. */
const REFUSED = /Content Security Policy/i;

const LOG_DELAY_MS = 500;

/** Collects what went wrong unseen: uncaught errors in pages, and errors in the log of the extension host. */
export class ProblemWatch {
  private readonly inPages: string[] = [];

  constructor(private readonly logFolder: string) {}

  watch(page: Page): void {
    page.on('pageerror', (error) => {
      const text = error.stack ?? error.message;
      if (OURS.test(text)) this.inPages.push(text);
    });
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = `${message.text()} (${message.location().url})`;
      const isOurs = OURS.test(text) || (REFUSED.test(text) && /vscode-webview|webview/.test(text));
      if (isOurs) this.inPages.push(text);
    });
  }

  /** Fails with all that was seen so far; logs are written a moment later than things happen. */
  async assertNone(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, LOG_DELAY_MS));
    assert.deepEqual([...this.inPages, ...this.inExtensionHost()], []);
  }

  private inExtensionHost(): string[] {
    if (!existsSync(this.logFolder)) return [];
    return readdirSync(this.logFolder, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'remoteexthost.log')
      .flatMap((file) => entriesOf(readFileSync(path.join(this.logFolder, file), 'utf8')))
      .filter((entry) => entry.includes('[error]') && OURS.test(entry));
  }
}

/** An entry goes on over the lines of a stack. */
function entriesOf(log: string): string[] {
  return log.split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/);
}
