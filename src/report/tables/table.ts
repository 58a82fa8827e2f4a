import type { Interval } from '../../protocol/report.ts';

/** A table as all formats have it: Markdown, HTML and the terminal are made of the same cells. */
export interface Table {
  readonly title: string;
  /** Sentences that stand under it. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  /** Leading columns that name a row. */
  readonly headers: number;
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly label: string;
  /** Heading over neighbouring columns of the same group. */
  readonly group?: string | undefined;
  readonly isNumber?: boolean | undefined;
  /** Sentences, which need room. */
  readonly isProse?: boolean | undefined;
}

export type Cell = string | RichCell;

export interface RichCell {
  readonly text: string;
  /** Signs after a number, in a place of their own so that numbers stay aligned. */
  readonly mark?: string | undefined;
  /** Id of the cell of the grid whose run a click opens. */
  readonly run?: string | undefined;
  /** Is drawn beside the text where pictures can be. */
  readonly interval?: DrawnInterval | undefined;
}

export interface DrawnInterval {
  readonly mean: number;
  readonly inner: Interval;
  readonly outer: Interval | null;
  /** From the lowest to the highest end of all intervals that are drawn alike; zero is in it. */
  readonly extent: Interval;
}

export function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  return cell.mark ? `${cell.text} ${cell.mark}` : cell.text;
}

/** As one row of headings: `clean: mi`. */
export function labelOf({ group, label }: Column): string {
  if (group === undefined) return label;
  return label === '' ? group : `${group}: ${label}`;
}
