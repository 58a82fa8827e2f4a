import { intervalMark } from '../charts/intervalMark.ts';
import type { Cell, Column, RichCell, Table } from '../tables/table.ts';
import { html, type Html } from './html.ts';

/** How a section is shown. */
export interface SectionOptions {
  /** On a page that answers clicks; else in a file. Decides whether there are buttons. */
  readonly isInteractive: boolean;
}

/** A table with its caption and notes; headings have a scope, and wide tables scroll on their own. */
export function htmlTable({ title, columns, rows, headers, notes }: Table, options: SectionOptions): Html {
  return html`<div class="table">
    <div class="scroll" role="region" aria-label="${title}" tabindex="0">
      <table>
        <caption>
          ${title}
        </caption>
        <thead>
          ${headingRows(columns)}
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, index) => bodyCell(cell, columns[index], index < headers, options))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </div>`;
}

/** One row of headings, or two where columns have a group. */
function headingRows(columns: readonly Column[]): Html {
  const isGrouped = columns.some(({ group }) => group !== undefined);
  if (!isGrouped)
    return html`<tr>
      ${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.label}</th>`)}
    </tr>`;
  const top = columns.flatMap((column, index) => {
    const { group, label } = column;
    if (group === undefined)
      return html`<th scope="col" rowspan="2" class="${classOf(column)}">${label}</th>`;
    if (index > 0 && columns[index - 1].group === group) return [];
    const rest = columns.slice(index);
    const end = rest.findIndex((other) => other.group !== group);
    const span = end < 0 ? rest.length : end;
    return html`<th scope="colgroup" colspan="${span}" class="group">${group}</th>`;
  });
  const below = columns.filter(({ group }) => group !== undefined);
  return html`<tr>
      ${top}
    </tr>
    <tr>
      ${below.map((column) => html`<th scope="col" class="${classOf(column)}">${column.label}</th>`)}
    </tr>`;
}

function bodyCell(cell: Cell, column: Column, isHeader: boolean, options: SectionOptions): Html {
  const content = typeof cell === 'string' ? html`${cell}` : richContent(cell, options);
  if (isHeader) return html`<th scope="row">${content}</th>`;
  return html`<td class="${classOf(column)}">${content}</td>`;
}

function richContent({ text, run, interval }: RichCell, { isInteractive }: SectionOptions): Html {
  const mark = interval ? intervalMark(interval) : undefined;
  if (run !== undefined && isInteractive) {
    return html`<button type="button" class="link" data-run="${run}">${text}</button>`;
  }
  return html`${mark}${text}`;
}

function classOf({ isNumber }: Column): string {
  return isNumber === true ? 'number' : 'text';
}
