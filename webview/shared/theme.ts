import type { ThemeKind } from '../../src/color/divergingColors.ts';

/** Whether the editor's theme is a dark or a light one; VS Code says it by classes of the page's body. */
export function themeOfPage(): ThemeKind {
  const { classList } = document.body;
  return classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light')
    ? 'light'
    : 'dark';
}

/** Calls back whenever the theme may be another one; the returned function ends that. */
export function watchTheme(changed: (theme: ThemeKind) => void): () => void {
  const observer = new MutationObserver(() => changed(themeOfPage()));
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
