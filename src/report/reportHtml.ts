import type { Report } from '../protocol/report.ts';
import { html } from './html/html.ts';
import { reportStyles } from './reportStyles.ts';
import { reportSections } from './sections/reportSections.ts';

/** Colours of the page around the sections; a printed one is always light. */
const PAGE_STYLES = `
:root { color-scheme: light; --report-paper: #ffffff; background: var(--report-paper); }
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --report-ink: #dfe3e8; --report-paper: #16191d; --report-quiet: #98a2ad; --report-line: #343b43;
    --report-tint: #20252b; --report-accent: #6cb0f2;
  }
}
body { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; margin: 0 auto; max-width: 1240px; padding: 2rem 1.5rem 5rem; }
h1 { font-size: 1.8rem; font-weight: 650; line-height: 1.2; margin: 0 0 0.4rem; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; list-style: none; padding: 0; }
nav a { color: var(--report-accent, #0a5bb0); }
@media print { nav { display: none; } body { max-width: none; padding: 0; } }
`;

/**
 * The report as one file that needs nothing else: no scripts, no network, which its own policy forbids, and no pixels
 * of images.
 */
export function reportHtml(report: Report): string {
  const sections = reportSections(report, { isInteractive: false });
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const head = html`<meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${report.title}</title>`;
  const opening = html`<h1>${report.title}</h1>
    <nav aria-label="Sections">
      <ul>
        ${links}
      </ul>
    </nav>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
${head.text}
<style>${PAGE_STYLES}${reportStyles}</style>
</head>
<body class="tsynd-report">
${opening.text}
<main>
${sections.map((section) => section.html).join('\n')}
</main>
</body>
</html>
`;
}
