import { fieldsOf } from '../shared/storedState.ts';

/** What of the page outlives it: it is destroyed whenever it is hidden, and with the window. */
export interface ReportState {
  /** The experiment's, by which the editor finds it again after a reload. */
  readonly folder: string;
  /** Px that the page is scrolled down by. */
  readonly scrollTop: number;
  readonly selection: ConfusionPlace | undefined;
}

/** A cell of a confusion matrix, by what stays the same when more of the experiment is finished. */
export interface ConfusionPlace {
  /** Of `Report.rows`. */
  readonly row: number;
  readonly truth: number;
  readonly predicted: number;
}

/** The state as it was stored, part by part: what is not there or makes no sense is as at first. */
export function readReportState(stored: unknown, folder: string): ReportState {
  const { scrollTop, selection } = fieldsOf(stored);
  return {
    folder,
    scrollTop: typeof scrollTop === 'number' && scrollTop >= 0 ? scrollTop : 0,
    selection: readPlace(selection),
  };
}

function readPlace(stored: unknown): ConfusionPlace | undefined {
  const { row, truth, predicted } = fieldsOf(stored);
  return isPosition(row) && isPosition(truth) && isPosition(predicted)
    ? { row, truth, predicted }
    : undefined;
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
