import { SERIES_COLORS } from './charts/seriesStyle.ts';

/**
 * Colours of arms, alike in light and dark: each has a contrast of at least 3 : 1 to white and to near-black, and hues
 * are those that Okabe and Ito chose to be told apart by the colour-blind. Dashes and markers tell them apart without.
 */
const COLORS = ['#2a7fc4', '#d2600f', '#0d9268', '#b6609c', '#a3780a', '#178fa6', '#808080'];

/** Shades of a confusion matrix, by tenths of the true class. */
const SHADES = 10;

/**
 * Styles of the sections, all below an element of class `tsynd-report`. A host sets the variables of colours, ink, paper,
 * quiet, line, tint and accent (each behind --report-), which are those of a white page else.
 */
export const reportStyles = `
.tsynd-report {
  color: var(--report-ink, #1d2329);
  font-size: var(--report-size, 15px);
  line-height: 1.5;
}
.tsynd-report h2 { font-size: 1.35em; font-weight: 600; margin: 2.2em 0 0.6em; }
.tsynd-report h3 { font-size: 1.08em; font-weight: 600; margin: 1.6em 0 0.4em; overflow-wrap: anywhere; }
.tsynd-report p { margin: 0.5em 0; max-width: 75ch; }
.tsynd-report .description { white-space: pre-line; }
.tsynd-report .note, .tsynd-report figcaption { color: var(--report-quiet, #59636e); font-size: 0.9em; }
.tsynd-report .facts { display: grid; gap: 0.2em 2em; grid-template-columns: repeat(auto-fit, minmax(15em, 1fr)); margin: 1em 0; }
.tsynd-report .facts div { display: flex; gap: 0.8em; }
.tsynd-report .facts dt { color: var(--report-quiet, #59636e); flex: none; min-width: 5em; }
.tsynd-report .facts dd { margin: 0; overflow-wrap: anywhere; }
.tsynd-report .warnings { border-left: 3px solid #d2600f; list-style: none; margin: 0.5em 0; max-width: 80ch; padding: 0.1em 0 0.1em 1em; }
.tsynd-report .warnings li { margin: 0.5em 0; overflow-wrap: anywhere; }
.tsynd-report .table, .tsynd-report .matrix { margin: 1.2em 0; max-width: 100%; }
.tsynd-report .scroll { max-width: 100%; overflow-x: auto; }
.tsynd-report table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.tsynd-report caption { font-weight: 600; padding: 0 0 0.5em; text-align: left; }
.tsynd-report th, .tsynd-report td { border-bottom: 1px solid var(--report-line, #d6dbe0); padding: 0.3em 0.65em; text-align: left; vertical-align: baseline; }
.tsynd-report td { min-width: 2.5em; }
.tsynd-report tbody th { font-weight: 400; }
.tsynd-report thead th { border-bottom-color: var(--report-quiet, #59636e); color: var(--report-quiet, #59636e); font-size: 0.88em; font-weight: 600; vertical-align: bottom; }
.tsynd-report thead th.group { border-bottom: 1px solid var(--report-line, #d6dbe0); text-align: center; }
.tsynd-report th:first-child, .tsynd-report td:first-child { padding-left: 0; }
.tsynd-report .number { text-align: right; white-space: nowrap; }
.tsynd-report tbody th { white-space: nowrap; }
@media (max-width: 600px) { .tsynd-report tbody th { white-space: normal; } }
.tsynd-report thead th.marked { padding-right: 2.1em; }
.tsynd-report th.again { opacity: 0.55; }
.tsynd-report .mark { display: inline-block; min-width: 1.3em; padding-left: 0.25em; text-align: left; }
.tsynd-report .beside { display: inline-block; min-width: 3.7em; text-align: right; }
.tsynd-report td.prose { max-width: 46ch; min-width: 20em; }
.tsynd-report tbody tr:hover > * { background: var(--report-tint, #f2f5f7); }
.tsynd-report button { background: none; border: 0; color: inherit; cursor: pointer; font: inherit; padding: 0.1em 0.35em; }
.tsynd-report button.link { color: var(--report-accent, #0a5bb0); padding: 0; text-align: left; }
.tsynd-report button:hover { text-decoration: underline; }
.tsynd-report button:focus-visible, .tsynd-report .scroll:focus-visible, .tsynd-report summary:focus-visible { outline: 2px solid var(--report-accent, #0a5bb0); outline-offset: 1px; }
.tsynd-report summary { color: var(--report-accent, #0a5bb0); cursor: pointer; padding: 0.3em 0; width: fit-content; }
.tsynd-report figure { margin: 1.4em 0 0.6em; }
.tsynd-report figcaption { color: inherit; font-size: 1em; font-weight: 600; margin-bottom: 0.4em; }
.tsynd-report .charts { display: grid; gap: 1em 1.5em; grid-template-columns: repeat(auto-fill, minmax(max(min(100%, 290px), 26%), 1fr)); }
.tsynd-report svg.chart { display: block; height: auto; max-width: 430px; width: 100%; }
.tsynd-report svg.sample { display: inline-block; flex: none; height: 12px; width: 36px; }
.tsynd-report svg text { fill: var(--report-quiet, #59636e); font: 10px/1 var(--report-font, system-ui, sans-serif); stroke: none; }
.tsynd-report svg text.label { fill: var(--report-ink, #1d2329); font-size: 11px; }
.tsynd-report svg .axis, .tsynd-report svg line.tick { stroke: var(--report-quiet, #59636e); }
.tsynd-report svg .grid { stroke: var(--report-line, #d6dbe0); stroke-width: 0.7; }
.tsynd-report svg text.reference { paint-order: stroke; stroke: var(--report-paper, #ffffff); stroke-width: 3px; }
.tsynd-report svg line.reference { stroke: var(--report-ink, #1d2329); stroke-dasharray: 1 3; }
.tsynd-report svg .series .line { fill: none; stroke: currentColor; stroke-width: 1.7; }
.tsynd-report svg .series.thin .line { stroke-width: 1.1; }
.tsynd-report svg.series .line { fill: none; stroke: currentColor; stroke-width: 1.7; }
.tsynd-report svg .marker { fill: currentColor; stroke: var(--report-paper, #ffffff); stroke-width: 0.7; }
.tsynd-report svg .band { fill: currentColor; fill-opacity: 0.16; stroke: none; }
.tsynd-report svg.interval { display: inline-block; margin-right: 0.5em; vertical-align: middle; }
.tsynd-report svg.interval .zero { stroke: var(--report-quiet, #59636e); stroke-dasharray: 2 2; }
.tsynd-report svg.interval .outer { stroke: ${COLORS[0]}; stroke-width: 1.4; }
.tsynd-report svg.interval .inner { stroke: ${COLORS[0]}; stroke-opacity: 0.55; stroke-width: 5; }
.tsynd-report svg.interval circle { fill: var(--report-ink, #1d2329); }
.tsynd-report .legend { display: flex; flex-wrap: wrap; gap: 0.3em 1.6em; list-style: none; margin: 0.8em 0; padding: 0; }
.tsynd-report .legend li { align-items: center; display: flex; gap: 0.5em; }
.tsynd-report .matrices { align-items: flex-start; display: flex; flex-wrap: wrap; gap: 0 2.5em; }
.tsynd-report .confusion td { text-align: center; }
.tsynd-report .confusion tbody tr:hover > th { background: none; }
.tsynd-report .images { font-size: 0.9em; max-width: 75ch; overflow-wrap: anywhere; }
.tsynd-report .images dd { color: var(--report-quiet, #59636e); margin: 0 0 0.5em; }
.tsynd-report pre { background: var(--report-tint, #f2f5f7); font-size: 0.87em; line-height: 1.45; overflow-x: auto; padding: 0.9em 1.1em; }
${COLORS.slice(0, SERIES_COLORS)
  .map((color, index) => `.tsynd-report .series-${index} { color: ${color}; }`)
  .join('\n')}
${Array.from(
  { length: SHADES + 1 },
  (_, tenth) =>
    `.tsynd-report tbody .share-${tenth}, .tsynd-report tbody tr:hover > .share-${tenth} { background: rgb(42 127 196 / ${(0.055 * tenth).toFixed(3)}); }`,
).join('\n')}
@media print {
  .tsynd-report { font-size: 10px; }
  .tsynd-report .table, .tsynd-report .matrix, .tsynd-report svg.chart { break-inside: avoid; }
  .tsynd-report h2, .tsynd-report h3, .tsynd-report figcaption { break-after: avoid; }
  .tsynd-report .scroll { overflow: visible; }
  .tsynd-report pre { white-space: pre-wrap; }
  .tsynd-report td, .tsynd-report svg { print-color-adjust: exact; }
}
`;
