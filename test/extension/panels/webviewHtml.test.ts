import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageHtml, webviewHtml } from '../../../src/extension/panels/webviewHtml.ts';

const PARTS = {
  view: 'gallery',
  nonce: 'bm9uY2U+/w==',
  styleNonce: 'c3R5bGU=',
  cspSource: "'self' https://*.example-cdn.net",
  script: 'https://webview/dist/webview/gallery.js',
  style: 'https://webview/dist/webview/page.css',
};

/** The directives of a page's policy, by name. */
function policyOf(html: string): Map<string, string> {
  const content = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  assert.ok(content, 'a policy');
  const directives = content.replaceAll('&gt;', '>').replaceAll('&amp;', '&').split('; ');
  return new Map(
    directives.map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );
}

describe('the page of a webview', () => {
  test('allows our script by its nonce, our sheet, and nothing else', () => {
    assert.deepEqual(Object.fromEntries(policyOf(webviewHtml(PARTS))), {
      'default-src': "'none'",
      'script-src': `'nonce-${PARTS.nonce}'`,
      'style-src': `${PARTS.cspSource} 'nonce-${PARTS.styleNonce}'`,
      'form-action': "'none'",
      'base-uri': "'none'",
    });
  });

  test('has one script, with the nonce, and no inline script, style or handler', () => {
    const html = webviewHtml(PARTS);
    const scripts = html.match(/<script[^>]*>[^<]*<\/script>/g) ?? [];
    assert.equal(scripts.length, 1);
    assert.match(
      scripts[0],
      /^<script type="module" nonce="bm9uY2U\+\/w==" src="[^"]+gallery\.js"><\/script>$/,
    );
    assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=/i);
  });

  test("gives style elements a nonce that is not the script's, where the toolkit looks for it", () => {
    const html = webviewHtml(PARTS);
    assert.match(html, /<meta property="csp-nonce" content="c3R5bGU=">/);
    assert.equal(html.split(PARTS.nonce).length, 3, 'in the policy and at the script');
  });

  test('names its language and says that it loads', () => {
    const html = webviewHtml(PARTS);
    assert.match(html, /<html lang="en">/);
    assert.match(html, /<p role="status">Loading…<\/p>/);
  });

  test('carries data on its body, whatever a folder is called', () => {
    const html = webviewHtml({ ...PARTS, data: { run: '/data/"><script>alert(1)</script>&' } });
    assert.match(html, /<body data-view="gallery" data-run="([^"]*)">/);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.ok(html.includes('data-run="/data/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;"'));
  });
});

describe('the page with a message alone', () => {
  test('runs no script and shows the message as text', () => {
    const html = messageHtml({ ...PARTS, message: 'The run in <folder> is gone.' });
    assert.deepEqual([...policyOf(html).keys()], ['default-src', 'style-src']);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /<p role="alert">The run in &lt;folder&gt; is gone\.<\/p>/);
  });
});
