/**
 * What is selected in a list that can be filtered and sorted anew. All numbers are rows of the table; positions in the
 * list are looked up in `view`, the rows that the list shows, in its order.
 */
export interface Selection {
  /** The row that the keyboard is at; undefined while the list is empty or was never entered. */
  readonly cursor: number | undefined;
  /** Where a range begins. */
  readonly anchor: number | undefined;
  readonly rows: ReadonlySet<number>;
}

export const NO_SELECTION: Selection = { cursor: undefined, anchor: undefined, rows: new Set() };

export type SelectMode =
  /** A plain click or key: this row alone. */
  | 'single'
  /** Shift: from the anchor to this row. */
  | 'range'
  /** Ctrl or Cmd: this row in or out, the others stay. */
  | 'toggle';

/** Goes to a row of the view. */
export function select(
  selection: Selection,
  view: ArrayLike<number>,
  row: number,
  mode: SelectMode,
): Selection {
  switch (mode) {
    case 'single':
      return { cursor: row, anchor: row, rows: new Set([row]) };
    case 'toggle': {
      const rows = new Set(selection.rows);
      if (!rows.delete(row)) rows.add(row);
      return { cursor: row, anchor: row, rows };
    }
    case 'range': {
      const anchor = selection.anchor ?? selection.cursor ?? row;
      const start = positionOf(view, anchor);
      const end = positionOf(view, row);
      if (start < 0 || end < 0) return select(selection, view, row, 'single');
      const rows = new Set<number>();
      for (let i = Math.min(start, end); i <= Math.max(start, end); i++) rows.add(view[i]);
      return { cursor: row, anchor, rows };
    }
  }
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'home' | 'end' | 'pageUp' | 'pageDown';

/** The row that a key leads to, in a grid of `columns` whose page has `pageRows` rows; undefined in an empty view. */
export function moveCursor(
  { cursor }: Selection,
  view: ArrayLike<number>,
  move: Move,
  grid: { readonly columns: number; readonly pageRows: number },
): number | undefined {
  const last = view.length - 1;
  if (last < 0) return undefined;
  const position = cursor === undefined ? -1 : positionOf(view, cursor);
  // The first key enters the list; where it was left, nobody knows.
  if (position < 0) return view[move === 'end' ? last : 0];
  const page = Math.max(1, grid.pageRows) * grid.columns;
  return view[target()];

  function target(): number {
    switch (move) {
      case 'left':
        return Math.max(0, position - 1);
      case 'right':
        return Math.min(last, position + 1);
      case 'up':
        return position - grid.columns < 0 ? position : position - grid.columns;
      case 'down':
        return stepDown(position, grid.columns, last);
      case 'home':
        return 0;
      case 'end':
        return last;
      case 'pageUp':
        return position - page < 0 ? position % grid.columns : position - page;
      case 'pageDown':
        return position + page > last ? lastOfColumn(position, grid.columns, last) : position + page;
    }
  }
}

/** Below a full row there may be a shorter last one: then its last item. */
function stepDown(position: number, columns: number, last: number): number {
  if (position + columns <= last) return position + columns;
  const isInLastRow = Math.floor(position / columns) === Math.floor(last / columns);
  return isInLastRow ? position : last;
}

function lastOfColumn(position: number, columns: number, last: number): number {
  const column = position % columns;
  const lastRow = Math.floor(last / columns);
  const below = lastRow * columns + column;
  return below <= last ? below : Math.max(position, below - columns);
}

/** All rows of the view; the cursor stays where it is. */
export function selectAll({ cursor }: Selection, view: ArrayLike<number>): Selection {
  const at = cursor ?? (view.length > 0 ? view[0] : undefined);
  return { cursor: at, anchor: at, rows: new Set(Array.from(view)) };
}

/** Only the cursor. */
export function collapse({ cursor }: Selection): Selection {
  return { cursor, anchor: cursor, rows: new Set(cursor === undefined ? [] : [cursor]) };
}

/**
 * The selection in a view that has changed: rows that left it are not selected any more, so that nothing is decided
 * unseen, and a cursor that left goes to what followed it in the old view, or else to what stood before.
 */
export function restrict(
  selection: Selection,
  oldView: ArrayLike<number>,
  view: ArrayLike<number>,
): Selection {
  const shown = new Set(Array.from(view));
  const rows = new Set([...selection.rows].filter((row) => shown.has(row)));
  const cursor = nearestShown(selection.cursor, oldView, shown);
  if (rows.size === 0 && selection.rows.size > 0 && cursor !== undefined) rows.add(cursor);
  const isAnchorShown = selection.anchor !== undefined && shown.has(selection.anchor);
  return { cursor, anchor: isAnchorShown ? selection.anchor : cursor, rows };
}

function nearestShown(
  row: number | undefined,
  oldView: ArrayLike<number>,
  shown: ReadonlySet<number>,
): number | undefined {
  if (row === undefined || shown.has(row)) return row;
  const position = positionOf(oldView, row);
  if (position < 0) return undefined;
  for (let i = position + 1; i < oldView.length; i++) if (shown.has(oldView[i])) return oldView[i];
  for (let i = position - 1; i >= 0; i--) if (shown.has(oldView[i])) return oldView[i];
  return undefined;
}

/** What a command is about: the selection, or the cursor where nothing is selected; in the view's order. */
export function targetRows({ cursor, rows }: Selection, view: ArrayLike<number>): number[] {
  if (rows.size === 0) return cursor === undefined ? [] : [cursor];
  return Array.from(view).filter((row) => rows.has(row));
}

/** Where a row stands in the view; -1 when it is not shown. */
export function positionOf(view: ArrayLike<number>, row: number): number {
  for (let i = 0; i < view.length; i++) if (view[i] === row) return i;
  return -1;
}
