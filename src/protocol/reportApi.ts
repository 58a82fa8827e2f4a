import type { ExperimentProgress } from './computeApi.ts';
import type { ImagePixels } from './imageData.ts';
import type { Report } from './report.ts';

/** What the page with an experiment's report asks of the editor. */
export interface ReportApi {
  readonly 'report/load': { readonly params: null; readonly result: ShownReport };
  /** Pixels of test images of one of the report's datasets, in the order asked for; null for those that are gone. */
  readonly 'report/images': {
    readonly params: { readonly dataset: string; readonly indices: readonly number[] };
    readonly result: readonly (ImagePixels | null)[];
  };
  /** Opens a test image in the inspector, or a cell's run in its gallery. */
  readonly 'report/openImage': {
    readonly params: { readonly dataset: string; readonly index: number; readonly cell: string };
    readonly result: null;
  };
  readonly 'report/openRun': { readonly params: { readonly cell: string }; readonly result: null };
  /** Asks the person where to, and writes the report there as one file. */
  readonly 'report/save': {
    readonly params: { readonly format: 'html' | 'md' | 'csv' };
    readonly result: null;
  };
  /** Goes on with cells that are not finished. */
  readonly 'report/continue': { readonly params: null; readonly result: null };
  readonly 'report/stop': { readonly params: null; readonly result: null };
}

export interface ShownReport {
  readonly report: Report;
  /** Whether this window is running the experiment, or has it in its queue. */
  readonly isRunning: boolean;
  /** False in a workspace that is not trusted: nothing may be run. */
  readonly mayRun: boolean;
}

export interface ReportEvents {
  /** A cell has finished, or the experiment was stopped: load again. */
  readonly 'report/changed': null;
  /** Null when nothing is running. */
  readonly 'report/progress': ReportProgress | null;
}

/** How far the experiment is, in the window that runs it; 0 of 0 cells until it has been checked. */
export interface ReportProgress extends Omit<ExperimentProgress, 'folder' | 'warnings'> {
  readonly state: 'queued' | 'running' | 'stopping';
}
