import type { ConfusionCell, ReportDataset, ReportRow } from '../../protocol/report.ts';
import { groupRows, type IndexedRow } from '../groupRows.ts';
import { html, type Html } from '../html/html.ts';
import type { SectionOptions } from '../html/htmlTable.ts';
import { confusionCounts } from '../tables/confusionTable.ts';
import { nameGroup } from '../words/names.ts';
import type { RenderSection } from './tableSections.ts';

/** A file names this many images of a cell; a page shows all that the report has. */
const LISTED_IMAGES = 40;

/**
 * A matrix for each row. On a page each count is a button with `data-confusion="<row>:<truth>:<predicted>"`; in a file
 * the positions of the images are listed below.
 */
export const confusionSection: RenderSection = (report, options) => {
  const groups = groupRows(report).flatMap((group) => {
    const dataset = report.datasets.find(({ name }) => name === group.dataset);
    const rows = group.rows.filter(({ row }) => row.confusion.length > 0);
    if (!dataset || rows.length === 0) return [];
    return html`<h3>${nameGroup(group)}</h3>
      <div class="matrices">${rows.map((row) => matrix(row, dataset, options))}</div>`;
  });
  if (groups.length === 0) return undefined;
  return html`<p class="note">
      Clean test images, counted over all seeds; the stronger the shade, the larger the share of the true
      class.
    </p>
    ${groups}`;
};

function matrix({ row, index }: IndexedRow, dataset: ReportDataset, options: SectionOptions): Html {
  const { classNames } = dataset;
  const counts = confusionCounts(row, classNames.length);
  return html`<div class="matrix">
    <div class="scroll" role="region" aria-label="Confusion matrix of ${row.arm}" tabindex="0">
      <table class="confusion">
        <caption>
          ${row.arm}
        </caption>
        <thead>
          <tr>
            <th scope="col" rowspan="2">true</th>
            <th scope="colgroup" colspan="${classNames.length}" class="group">predicted</th>
          </tr>
          <tr>
            ${classNames.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${counts.map((line, truth) => {
            const total = line.reduce((sum, count) => sum + count, 0);
            return html`<tr>
              <th scope="row">${classNames[truth]}</th>
              ${line.map((count, predicted) => {
                const place = `${index}:${truth}:${predicted}`;
                return matrixCell(count, total, place, options);
              })}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${options.isInteractive ? undefined : mistakes(row, classNames)}
  </div>`;
}

function matrixCell(count: number, total: number, place: string, { isInteractive }: SectionOptions): Html {
  const share = total === 0 ? 0 : count / total;
  const percent = `${(100 * share).toFixed(0)} %`;
  const isButton = isInteractive && count > 0;
  return html`<td class="number share-${Math.round(10 * share)}" title="${percent} of the true class">
    ${isButton ? html`<button type="button" data-confusion="${place}">${count}</button>` : count}
  </td>`;
}

function mistakes({ confusion }: ReportRow, classNames: readonly string[]): Html | undefined {
  const wrong = confusion.filter(({ truth, predicted }) => truth !== predicted);
  if (wrong.length === 0) return undefined;
  return html`<details>
    <summary>Test images behind the mistakes</summary>
    <dl class="images">
      ${wrong.map(
        (cell) =>
          html`<dt>${classNames[cell.truth]} taken for ${classNames[cell.predicted]}</dt>
            <dd>${listImages(cell)}</dd>`,
      )}
    </dl>
  </details>`;
}

/** Positions in the test split, those that most seeds agree on first. */
function listImages({ images }: ConfusionCell): string {
  const listed = images
    .slice(0, LISTED_IMAGES)
    .map(({ index, file, seeds }) => `${file ?? index}${seeds.length > 1 ? ` (${seeds.length} seeds)` : ''}`);
  const rest = images.length - listed.length;
  return `${listed.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}
