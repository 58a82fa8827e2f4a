/** What a page of ours is made of. */
export interface PageParts {
  /** `gallery`, `inspector`, `compare` or `report`; on the body as `data-view`. */
  readonly view: string;
  /** Fresh for each page; without it no script runs. */
  readonly nonce: string;
  /** Another one, for style elements: it stands in the page, where a sheet could read it. */
  readonly styleNonce: string;
  /** The origin that the editor serves our own files from (`webview.cspSource`). */
  readonly cspSource: string;
  /** Addresses inside the webview. */
  readonly script: string;
  readonly style: string;
  /** What the page needs to know before it can ask; on the body as `data-<name>`. */
  readonly data?: Readonly<Record<string, string>>;
}

/** The page as it stands before its script has run: a quiet "Loading…" that a screen reader announces. */
export function webviewHtml(parts: PageParts): string {
  const { view, nonce, styleNonce, script, style, data = {} } = parts;
  const attributes = Object.entries({ view, ...data }).map(
    ([name, value]) => ` data-${name}="${escape(value)}"`,
  );
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(contentSecurityPolicy(parts))}">
    <meta property="csp-nonce" content="${escape(styleNonce)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>TSynD</title>
    <link rel="stylesheet" href="${escape(style)}">
    <script type="module" nonce="${escape(nonce)}" src="${escape(script)}"></script>
  </head>
  <body${attributes.join('')}>
    <p role="status">Loading…</p>
  </body>
</html>
`;
}

/** A page without a script, for a panel that cannot be what it was. */
export function messageHtml({ cspSource, style, message }: MessageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${escape(cspSource)}">
    <title>TSynD</title>
    <link rel="stylesheet" href="${escape(style)}">
  </head>
  <body data-view="message">
    <p role="alert">${escape(message)}</p>
  </body>
</html>
`;
}

export interface MessageParts {
  readonly cspSource: string;
  readonly style: string;
  readonly message: string;
}

/**
 * What the page may load. What is absent is meant: no `img-src`, because pixels come by message and are drawn on
 * canvases, so that the webview's service worker never sees an image that it could cache; no `connect-src`, because
 * nothing is fetched; no `font-src`, because all text is in the editor's own font.
 */
function contentSecurityPolicy({ nonce, styleNonce, cspSource }: PageParts): string {
  return [
    // All that is not named below, from anywhere.
    "default-src 'none'",
    // Our bundle alone, known by its nonce; no inline handlers, no eval.
    `script-src 'nonce-${nonce}'`,
    // page.css. The components' own sheets are constructed by script, which this does not restrict; the toolkit's
    // controls try out in a style element, with the nonce of `csp-nonce`, whether the browser knows :focus-visible.
    `style-src ${cspSource} 'nonce-${styleNonce}'`,
    // `default-src` does not cover these two: nothing may be posted away, and no <base> may redirect our addresses.
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
