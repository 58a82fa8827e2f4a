import { css, html, type TemplateResult } from 'lit';

import { formatArea, formatL2 } from '../shared/maps/explanationWords.ts';
import type { ChangeSummary } from './changeSummary.ts';
import { describeFlipped } from './compareWords.ts';
import { runBadge } from './runBadge.ts';

const UNKNOWN = '–';

/** What it took to change the runs' minds about the images that are shown. */
export function summaryView(
  summaries: readonly [ChangeSummary, ChangeSummary],
  names: readonly [string, string],
  { shown, steps }: { readonly shown: number; readonly steps: number },
): TemplateResult {
  const searched = Math.min(...summaries.map(({ images }) => images));
  const progress = searched < shown ? ` So far ${searched} of ${shown} are searched by both.` : '';
  return html`<section class="summary" aria-label="Changes of the images shown">
    <table class="numbers">
      <caption>
        Change needed for another prediction,
        <strong>of the ${shown} ${shown === 1 ? 'image' : 'images'} shown</strong
        >.${progress}
      </caption>
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col">Flipped within ${steps} steps</th>
          <th scope="col">Steps</th>
          <th scope="col">L2</th>
          <th scope="col">Area</th>
        </tr>
      </thead>
      <tbody>
        ${summaries.map((summary, side) => {
          const { median } = summary;
          return html`<tr>
            <th scope="row">${runBadge(side)} ${names[side]}</th>
            <td>${describeFlipped(summary) || UNKNOWN}</td>
            <td>${median ? median.steps : UNKNOWN}</td>
            <td>${median ? formatL2(median.l2) : UNKNOWN}</td>
            <td>${median ? formatArea(median.area) : UNKNOWN}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <p class="small muted">
      Steps, L2 and area are medians over the images that a step flipped. A look at these images, not a
      measurement: see Measured relevance below.
    </p>
  </section>`;
}

export const summaryStyles = css`
  .summary {
    padding: 4px var(--tsynd-edge) 8px;
  }

  .summary table {
    border-collapse: collapse;
  }

  .summary caption {
    padding-bottom: 4px;
    text-align: start;
    white-space: nowrap;
  }

  .summary th,
  .summary td {
    padding: 2px 16px 2px 0;
    text-align: start;
    font-weight: normal;
  }

  .summary th,
  .summary td:not(:nth-child(2)) {
    white-space: nowrap;
  }

  .summary thead th {
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
  }

  .summary p {
    padding-top: 2px;
  }

  @media (max-width: 640px) {
    .summary caption {
      white-space: normal;
    }
  }
`;
