import { restrict, type Selection } from './selection.ts';
import type { ViewState } from './viewState.ts';

/** What is selected, in ids, which outlive the table. */
export type RememberedSelection = Pick<ViewState, 'selection' | 'cursor'>;

/** `ids`: of the table's rows; `view`: the rows that are shown. */
export function rememberSelection(
  { rows, cursor }: Selection,
  ids: readonly string[],
  view: ArrayLike<number>,
): RememberedSelection {
  const isAll = view.length > 1 && rows.size === view.length;
  return {
    selection: isAll ? 'all' : Array.from(rows, (row) => ids[row]),
    cursor: cursor === undefined ? undefined : ids[cursor],
  };
}

/**
 * The same in a table that was read anew, as far as it has these samples and shows them. `anchor`: where a range that is
 * being extended begins; the cursor where there is none.
 */
export function recallSelection(
  { selection, cursor, anchor = cursor }: RememberedSelection & { readonly anchor?: string | undefined },
  rowOfId: ReadonlyMap<string, number>,
  view: ArrayLike<number>,
): Selection {
  const rows = selection === 'all' ? Array.from(view) : selection.flatMap((id) => rowOfId.get(id) ?? []);
  const rowOf = (id: string | undefined): number | undefined =>
    id === undefined ? undefined : rowOfId.get(id);
  return restrict({ cursor: rowOf(cursor), anchor: rowOf(anchor), rows: new Set(rows) }, view, view);
}
