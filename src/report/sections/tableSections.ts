import type { Report } from '../../protocol/report.ts';
import { html, type Html } from '../html/html.ts';
import { htmlTable, type SectionOptions } from '../html/htmlTable.ts';
import { conditionTables } from '../tables/conditionTables.ts';
import { differenceTables } from '../tables/differenceTables.ts';
import { entropyTable } from '../tables/entropyTable.ts';
import { armTable, cellTable, datasetTable, settingsFacts } from '../tables/planTables.ts';
import { qualityTables } from '../tables/qualityTables.ts';
import type { Table } from '../tables/table.ts';
import { trainingSetTables } from '../tables/trainingSetTables.ts';

export type RenderSection = (report: Report, options: SectionOptions) => Html | undefined;

export const overviewSection: RenderSection = (report) =>
  html` ${report.description === undefined ? undefined : html`<p class="description">${report.description}</p>`}
    <dl class="facts">
      ${settingsFacts(report).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;

export const warningsSection: RenderSection = ({ warnings }) =>
  warnings.length === 0
    ? undefined
    : html`<ul class="warnings">
        ${warnings.map((text) => html`<li>${text}</li>`)}
      </ul>`;

export const resultsSection: RenderSection = (report, options) => {
  const tables = (['accuracy', 'balancedAccuracy', 'auroc'] as const).flatMap((metric) =>
    conditionTables(report, metric),
  );
  return tables.length === 0
    ? html`<p class="note">No cell of the grid is finished yet.</p>`
    : listOf(tables, options);
};

export const entropySection: RenderSection = (report, options) => {
  const table = entropyTable(report);
  return table && htmlTable(table, options);
};

export const trainingSetsSection: RenderSection = (report, options) =>
  listOf(trainingSetTables(report), options);

/** Calibration and loss are folded away. */
const OPEN_DIFFERENCES = 3;

export const differencesSection: RenderSection = (report, options) => {
  const tables = differenceTables(report);
  const [shown, folded] = [tables.slice(0, OPEN_DIFFERENCES), tables.slice(OPEN_DIFFERENCES)];
  if (shown.length === 0) return undefined;
  return html`<p class="note">
      Thick bars: intervals over seeds. Thin bars: over seeds and test images. Where the thin bar crosses
      zero, no difference is shown.
    </p>
    ${listOf(shown, options)}
    ${
      folded.length === 0
        ? undefined
        : html`<details>
            <summary>Calibration and cross-entropy</summary>
            ${listOf(folded, options)}
          </details>`
    }`;
};

export const qualitySection: RenderSection = ({ quality, datasets }, options) =>
  quality.length === 0
    ? undefined
    : html`${quality.map((one) => {
        const dataset = datasets.find(({ name }) => name === one.dataset.name);
        return html`<h3>${one.pool}</h3>
          ${
            one.warnings.length === 0
              ? undefined
              : html`<ul class="warnings">
                  ${one.warnings.map((text) => html`<li>${text}</li>`)}
                </ul>`
          }
          ${listOf(qualityTables(one, dataset?.classNames ?? []), options)}`;
      })}`;

export const settingsSection: RenderSection = (report, options) =>
  html` ${listOf([datasetTable(report), armTable(report)], options)}
    <details>
      <summary>All cells of the grid</summary>
      ${htmlTable(cellTable(report), options)}
    </details>
    <h3>The experiment's file</h3>
    <pre class="yaml">${report.yaml}</pre>`;

function listOf(tables: readonly Table[], options: SectionOptions): Html | undefined {
  return tables.length === 0 ? undefined : html`${tables.map((table) => htmlTable(table, options))}`;
}
