import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { messageHtml, webviewHtml } from './webviewHtml.ts';

export type PageName = 'gallery' | 'inspector' | 'compare' | 'report';

/** What a panel of ours may do; the pages are destroyed while they are hidden and keep their state by `setState`. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  // Our own bundles, and no file of a person's.
  return { enableScripts: true, enableForms: false, localResourceRoots: [pagesFolder(extensionUri)] };
}

/** Tabs take pictures, which unlike the icons of views do not follow the theme's colours by themselves. */
export function tabIcon(extensionUri: vscode.Uri): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  const media = vscode.Uri.joinPath(extensionUri, 'media');
  return {
    light: vscode.Uri.joinPath(media, 'tabLight.svg'),
    dark: vscode.Uri.joinPath(media, 'tabDark.svg'),
  };
}

/** Puts one of our pages into a webview; `data` stands on its body as `data-…`. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: PageName,
  data: Readonly<Record<string, string>> = {},
): void {
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewHtml({
    view: page,
    nonce: makeNonce(),
    styleNonce: makeNonce(),
    cspSource: webview.cspSource,
    script: pageFile(webview, extensionUri, `${page}.js`),
    style: pageFile(webview, extensionUri, 'page.css'),
    data,
  });
}

/** Puts one sentence into a webview that cannot be what it was. */
export function showMessage(webview: vscode.Webview, extensionUri: vscode.Uri, message: string): void {
  webview.options = { ...webviewOptions(extensionUri), enableScripts: false };
  const style = pageFile(webview, extensionUri, 'page.css');
  webview.html = messageHtml({ cspSource: webview.cspSource, style, message });
}

function pageFile(webview: vscode.Webview, extensionUri: vscode.Uri, name: string): string {
  return webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), name)).toString();
}

function makeNonce(): string {
  return randomBytes(16).toString('base64');
}

function pagesFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}
