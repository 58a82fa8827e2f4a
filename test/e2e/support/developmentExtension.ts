import type { Page } from 'playwright-core';

/**
 * Makes the workbench of this page load a folder as an extension under development, and with `tests` run a script in its
 * extension host.
 *
 * The page's own way of asking for that (a payload in its address) needs a switch that hides notifications. So the
 * configuration is changed where the workbench reads it: in the attribute of a `<meta>` element. Rewriting the page on
 * its way would lose its address space, and Chromium then keeps it from its server on loopback.
 */
export async function loadDevelopmentExtension(
  page: Page,
  authority: string,
  folder: string,
  tests?: string,
): Promise<void> {
  const remote = (file: string): object => ({ scheme: 'vscode-remote', authority, path: file });
  await page.addInitScript(
    (options) => {
      if (window !== window.top) return;
      const getAttribute = Object.getOwnPropertyDescriptor(Element.prototype, 'getAttribute')?.value as (
        this: Element,
        name: string,
      ) => string | null;
      Element.prototype.getAttribute = function (name): string | null {
        const value = getAttribute.call(this, name);
        const isConfiguration = name === 'data-settings' && this.id === 'vscode-workbench-web-configuration';
        if (!isConfiguration || value === null) return value;
        const configuration = JSON.parse(value) as { developmentOptions?: object };
        const developmentOptions = { ...configuration.developmentOptions, ...options };
        return JSON.stringify({ ...configuration, developmentOptions });
      };
    },
    {
      extensions: [remote(folder)],
      ...(tests === undefined ? {} : { extensionTestsPath: remote(tests) }),
    },
  );
}
