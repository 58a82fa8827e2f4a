import { intervalMark } from '../charts/intervalMark.ts';
import { textOf, type Cell, type Column, type RichCell, type Table } from '../tables/table.ts';
import { html, type Html } from './html.ts';

/** How a section is shown. */
export interface SectionOptions {
  /** On a page that answers clicks; else in a file. Decides whether there are buttons. */
  readonly isInteractive: boolean;
}

/** A table with its caption and notes; headings have a scope, and wide tables scroll on their own. */
export function htmlTable({ title, columns, rows, headers, notes }: Table, options: SectionOptions): Html {
  const marked = columns.map((_, index) => rows.some((row) => hasMark(row[index])));
  return html`<div class="table">
    <div class="scroll" role="region" aria-label="${title}" tabindex="0">
      <table>
        <caption>
          ${title}
        </caption>
        <thead>
          ${headingRows(columns, marked)}
        </thead>
        <tbody>
          ${rows.map(
            (row, index) =>
              html`<tr>
                ${bodyRow(row, rows[index - 1], columns, headers, options)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </div>`;
}

/** One row of headings, or two where columns have a group. */
function headingRows(columns: readonly Column[], marked: readonly boolean[]): Html {
  const label = (column: Column, span?: Html): Html => {
    const room = marked[columns.indexOf(column)] ? ' marked' : '';
    return html`<th scope="col" ${span} class="${classOf(column)}${room}">${column.label}</th>`;
  };
  const isGrouped = columns.some(({ group }) => group !== undefined);
  if (!isGrouped)
    return html`<tr>
      ${columns.map((column) => label(column))}
    </tr>`;
  const top = columns.flatMap((column, index) => {
    const { group } = column;
    if (group === undefined) return label(column, html`rowspan="2"`);
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
      ${below.map((column) => label(column))}
    </tr>`;
}

/** Names that are those of the row above recede. */
function bodyRow(
  row: readonly Cell[],
  above: readonly Cell[] | undefined,
  columns: readonly Column[],
  headers: number,
  options: SectionOptions,
): Html {
  const fresh = row.findIndex((cell, index) => !above || textOf(cell) !== textOf(above[index]));
  return html`${row.map((cell, index) => {
    const content = typeof cell === 'string' ? html`${cell}` : richContent(cell, options);
    if (index >= headers) return html`<td class="${classOf(columns[index])}">${content}</td>`;
    return html`<th scope="row" class="${index < fresh ? 'again' : 'fresh'}">${content}</th>`;
  })}`;
}

function richContent({ text, mark, run, interval }: RichCell, { isInteractive }: SectionOptions): Html {
  if (run !== undefined && isInteractive) {
    return html`<button type="button" class="link" data-run="${run}">${text}</button>`;
  }
  const drawn = interval ? intervalMark(interval) : undefined;
  const signs = mark === undefined ? undefined : html`<span class="mark">${mark}</span>`;
  return html`${drawn}<span class="${interval ? 'beside' : 'plain'}">${text}</span>${signs}`;
}

function hasMark(cell: Cell): boolean {
  return typeof cell !== 'string' && cell.mark !== undefined;
}

function classOf({ isNumber, isProse }: Column): string {
  if (isNumber === true) return 'number';
  return isProse === true ? 'prose' : 'text';
}
