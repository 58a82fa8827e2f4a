import type { DatasetSummary } from './datasetSummary.ts';
import type { DeviceSurvey, Installable, InstallProgress } from './devices.ts';
import type { ImageBatch, ImagePixels, ImageRef } from './imageData.ts';
import type { RelevanceReport } from './relevance.ts';
import type { Report } from './report.ts';
import type { Notice, RunSummary } from './runSummary.ts';
import type {
  CurationChange,
  CurationSnapshot,
  Decision,
  SampleDetails,
  SampleTable,
} from './sampleTable.ts';
import type { ScoreDetails, ScoredSplit, ScoresRead, ScoresSummary } from './scoreTable.ts';

import type { Preset } from './settings.ts';

export const EXPORT_FORMATS = ['folder', 'npz', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const IMAGE_LAYERS = ['synthetic', 'source'] as const;
export type ImageLayer = (typeof IMAGE_LAYERS)[number];

/** Everything that the editor asks of what lies on the disk. Answered by a process that never trains. */
export interface LibraryApi {
  /** Reads a whole dataset and says what is in it; unreadable images are listed, not thrown. */
  readonly 'dataset/inspect': {
    readonly params: { readonly path: string; readonly imageSize?: number | undefined };
    readonly result: DatasetSummary;
    readonly progress: { readonly done: number; readonly total: number };
  };
  /** What this machine can compute on. Measured once, and again when something has changed or `refresh` asks for it. */
  readonly 'devices/survey': {
    readonly params: { readonly refresh?: boolean | undefined };
    readonly result: DeviceSurvey;
  };
  /** Fetches a device's libraries into a folder of ours; never without a person's wish. Throws 'install/failed'. */
  readonly 'devices/install': {
    readonly params: { readonly what: Installable };
    readonly result: null;
    readonly progress: InstallProgress;
  };
  /** All runs in these folders (each a `.tsynd/runs`), newest first; folders that are not there hold none. */
  readonly 'runs/list': {
    readonly params: { readonly folders: readonly string[] };
    readonly result: readonly RunSummary[];
  };
  /** The experiments in these folders (each a `.tsynd/experiments`), newest first. */
  readonly 'experiments/list': {
    readonly params: { readonly folders: readonly string[] };
    readonly result: readonly ExperimentSummary[];
  };
  /** An experiment as it stands; what is not finished yet is said. */
  readonly 'experiment/report': { readonly params: { readonly folder: string }; readonly result: Report };
  /** Writes an experiment's report as one file. */
  readonly 'experiment/writeReport': {
    readonly params: {
      readonly folder: string;
      readonly format: 'html' | 'md' | 'csv';
      readonly target: string;
    };
    readonly result: null;
  };
  /**
   * Writes what compares the curated export with what it was made from, as an experiment's file, and returns its path:
   * real images alone, with the rejected samples as a control, with the accepted ones; each 1 : 1 at most.
   */
  readonly 'experiment/fromExport': {
    readonly params: {
      /** The export, or the `tsynd.json` in it. */
      readonly export: string;
      readonly preset: Preset;
      readonly seeds: readonly number[];
      /** The folder that gets the file: `.tsynd/experiments`, with the run in `.tsynd/runs` beside it. */
      readonly out: string;
      /** Other folders of runs to look in for the run. */
      readonly runs?: readonly string[] | undefined;
    };
    readonly result: { readonly file: string };
  };
  readonly 'run/summary': { readonly params: { readonly run: string }; readonly result: RunSummary };
  /** The samples of a run, with what was wrong in its files. */
  readonly 'run/samples': {
    readonly params: { readonly run: string };
    readonly result: { readonly table: SampleTable; readonly notices: readonly Notice[] };
  };
  readonly 'run/sample': {
    readonly params: { readonly run: string; readonly id: string };
    readonly result: SampleDetails;
  };
  /** At the run's image size. `source` needs the dataset, which is read once and kept. */
  readonly 'run/images': {
    readonly params: {
      readonly run: string;
      readonly ids: readonly string[];
      readonly layer: ImageLayer;
    };
    readonly result: ImageBatch;
  };
  /** Whether the dataset is still what the run was made from; empty when all is well. Reads it whole. */
  readonly 'run/checkDataset': {
    readonly params: { readonly run: string };
    readonly result: readonly Notice[];
  };
  /**
   * Takes the right to decide about a run's samples, for as long as this process lives or until `curation/close`.
   * Where another window has it, or the run cannot be written, `heldBy` says so with what to do, and deciding throws
   * 'run/locked' or 'file/write'.
   */
  readonly 'curation/open': {
    readonly params: { readonly run: string };
    readonly result: CurationSnapshot & {
      readonly heldBy?: string | undefined;
      readonly notices: readonly Notice[];
    };
  };
  readonly 'curation/close': { readonly params: { readonly run: string }; readonly result: null };
  /** One action, however many samples; on the disk when this returns. `cleared` takes the decision away. */
  readonly 'curation/decide': {
    readonly params: {
      readonly run: string;
      readonly ids: readonly string[];
      readonly decision: Decision | 'cleared';
    };
    readonly result: CurationChange;
  };
  readonly 'curation/undo': { readonly params: { readonly run: string }; readonly result: CurationChange };
  readonly 'curation/redo': { readonly params: { readonly run: string }; readonly result: CurationChange };
  /**
   * Writes the accepted samples, with the run's real training images unless `syntheticOnly`, and the untouched
   * validation and test images, as a dataset that `dataset/inspect` and `run/generate` read again.
   * Throws 'file/exists' when there is something at `target`, and 'export/nothing' when nothing is accepted, or a class
   * would be left without a training image.
   */
  readonly 'export/curated': {
    readonly params: {
      readonly run: string;
      readonly format: ExportFormat;
      /** The new folder; for `npz` the new file. */
      readonly target: string;
      readonly syntheticOnly: boolean;
    };
    readonly result: {
      /** What to open: the folder, the `.npz` or the `.csv`. */
      readonly dataset: string;
      readonly synthetic: number;
      readonly real: { readonly train: number; readonly val: number; readonly test: number };
    };
    readonly progress: { readonly done: number; readonly total: number };
  };
  /** The scores in a run's folder, newest first. */
  readonly 'scores/list': {
    readonly params: { readonly run: string };
    readonly result: readonly ScoresSummary[];
  };
  readonly 'scores/read': { readonly params: { readonly folder: string }; readonly result: ScoresRead };
  readonly 'scores/image': {
    readonly params: { readonly folder: string; readonly id: string };
    readonly result: ScoreDetails;
  };
  /** At the size that they were scored at. */
  readonly 'scores/images': {
    readonly params: { readonly folder: string; readonly ids: readonly string[] };
    readonly result: ImageBatch;
  };
  /** Images of a run's dataset to look at, spread evenly over the classes in the dataset's order. */
  readonly 'run/datasetImages': {
    readonly params: { readonly run: string; readonly split: ScoredSplit; readonly limit: number };
    readonly result: {
      readonly images: readonly DatasetImage[];
      /** At the run's image size; `ids` are the positions in `images`, in decimal. */
      readonly pixels: ImageBatch;
    };
  };
  /** The relevance that was measured of a run, newest first. */
  readonly 'run/relevance': {
    readonly params: { readonly run: string };
    readonly result: readonly RelevanceReport[];
  };
  readonly 'image/read': { readonly params: { readonly image: ImageRef }; readonly result: ImagePixels };
  /** What the runs in these folders know of an image file: what it is called, and whether we made it. */
  readonly 'image/describe': {
    readonly params: { readonly image: ImageRef; readonly folders: readonly string[] };
    readonly result: ImageDescription;
  };
  /** For decorations in the file tree; files that are no synthetic images are absent. */
  readonly 'files/synthetic': {
    readonly params: { readonly files: readonly string[] };
    readonly result: readonly SyntheticFile[];
  };
}

export interface ImageDescription {
  /** In the words of the dataset; absent where it is not known. */
  readonly className?: string | undefined;
  /** e.g. `train`; absent where it is not known. */
  readonly split?: string | undefined;
  /** Present when we made it. */
  readonly synthetic?: SyntheticFile | undefined;
  /** Finished runs whose dataset holds the image, newest first; else all finished runs. */
  readonly runs: readonly RunSummary[];
}

export interface DatasetImage {
  readonly image: ImageRef;
  /** File name, or split and position. */
  readonly title: string;
  readonly className: string;
}

export interface SyntheticFile {
  readonly file: string;
  /** The run that made it, by its id. */
  readonly run: string;
  readonly sampleId: string;
  readonly className: string;
  /** Nats. */
  readonly miBefore: number;
  readonly miAfter: number;
  readonly decision?: Decision | undefined;
}

export interface ExperimentSummary {
  readonly folder: string;
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly cells: number;
  readonly finished: number;
}
