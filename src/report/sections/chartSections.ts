import { LEARNING_MEASURES, learningChart } from '../charts/learningChart.ts';
import { legend } from '../charts/lineChart.ts';
import { robustnessChart } from '../charts/robustnessChart.ts';
import { armsOf, groupRows } from '../groupRows.ts';
import { html, type Html } from '../html/html.ts';
import { htmlTable } from '../html/htmlTable.ts';
import { robustnessTables, SWEPT_KINDS } from '../tables/robustnessTables.ts';
import { nameGroup } from '../words/names.ts';
import type { RenderSection } from './tableSections.ts';

const CURVE_METRICS = ['accuracy', 'auroc'] as const;

export const robustnessSection: RenderSection = (report, options) => {
  const groups = groupRows(report).flatMap((group) => {
    const charts = CURVE_METRICS.flatMap((metric) =>
      SWEPT_KINDS.flatMap((kind) => robustnessChart(report, group, kind, metric) ?? []),
    );
    if (charts.length === 0) return [];
    const tables = CURVE_METRICS.flatMap((metric) => robustnessTables(report, group, metric));
    return html`${figure(nameGroup(group), charts)}
      <details>
        <summary>The numbers behind these curves</summary>
        ${tables.map((table) => htmlTable(table, options))}
      </details>`;
  });
  if (groups.length === 0) return undefined;
  return html`<p class="note">
      Lines are means over seeds, and bands reach from the lowest to the highest seed. Dropout is off; all
      values are clipped to [0, 1].
    </p>
    ${legend(armsOf(report))}${groups}`;
};

export const learningSection: RenderSection = (report) => {
  const groups = groupRows(report).flatMap((group) => {
    const charts = LEARNING_MEASURES.flatMap((measure) => learningChart(report, group, measure) ?? []);
    return charts.length === 0 ? [] : figure(nameGroup(group), charts);
  });
  if (groups.length === 0) return undefined;
  return html`<p class="note">
      A line for each seed; a marker stands at the epoch whose classifier was kept. Losses above the 98th
      percentile are cut off.
    </p>
    ${legend(armsOf(report))}${groups}`;
};

function figure(caption: string, charts: readonly Html[]): Html {
  return html`<figure>
    <figcaption>${caption}</figcaption>
    <div class="charts">${charts}</div>
  </figure>`;
}
