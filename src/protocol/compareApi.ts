import type {
  AdversarialChoices,
  AdversarialExplanation,
  MapBatch,
  MapRequest,
  SaliencyChoices,
} from './explanations.ts';
import type { ImageBatch, ImagePixels } from './imageData.ts';
import type { RelevanceComparison, RelevanceReport } from './relevance.ts';
import type { Notice, RunSummary } from './runSummary.ts';
import type { ScoredSplit } from './scoreTable.ts';

/** What the page that compares two runs asks of the editor. It names runs by their folders, as `compare/load` gave them. */
export interface CompareApi {
  /** The two runs, first as the editor has them; the page may show them the other way round. */
  readonly 'compare/load': { readonly params: null; readonly result: ComparedRuns };
  /** The images to compare on; those asked for before are forgotten. */
  readonly 'compare/images': { readonly params: ImageChoice; readonly result: ComparedImages };
  /** Of an image that came without pixels. */
  readonly 'compare/pixels': { readonly params: { readonly id: string }; readonly result: ImagePixels };
  readonly 'compare/maps': {
    readonly params: { readonly run: string; readonly ids: readonly string[]; readonly request: MapRequest };
    readonly result: MapBatch;
  };
  readonly 'compare/adversarial': {
    readonly params: { readonly run: string; readonly id: string; readonly choices: AdversarialChoices };
    readonly result: AdversarialExplanation;
  };
  /** What was measured of the two runs, and whether a measurement is under way. */
  readonly 'compare/relevance': { readonly params: null; readonly result: MeasuredRelevance };
  /**
   * Starts to measure both runs on validation images, never on others; goes on while the page is hidden. How far it is
   * and that it has ended is told by `compare/measuring`.
   */
  readonly 'compare/measure': {
    readonly params: {
      /** Images at most; all when absent. */
      readonly limit?: number | undefined;
      readonly saliency: SaliencyChoices;
      readonly adversarial: AdversarialChoices;
    };
    readonly result: null;
  };
  readonly 'compare/stopMeasuring': { readonly params: null; readonly result: null };
  /** Lets the person choose two other runs; `compare/changed` follows when they have. */
  readonly 'compare/chooseRuns': { readonly params: null; readonly result: null };
}

export interface CompareEvents {
  /** Other runs, other files, or the right to load models: load again. */
  readonly 'compare/changed': null;
  /** Null when it has ended: ask for the relevance again. */
  readonly 'compare/measuring': MeasuringProgress | null;
}

export interface MeasuringProgress {
  readonly done: number;
  /** 0 until it is known. */
  readonly total: number;
}

/** How many images of a split can be asked for. */
export const COMPARED_COUNTS = [4, 8, 16, 32] as const;
export type ComparedCount = (typeof COMPARED_COUNTS)[number];

export type ImageChoice =
  | { readonly kind: 'split'; readonly split: ScoredSplit; readonly count: ComparedCount }
  /** The files that the person chose in the editor. */
  | { readonly kind: 'files' };

export interface ComparedRuns {
  /** Finished, and of the same dataset. */
  readonly runs: readonly [RunSummary, RunSummary];
  /** Absolute paths of the images that the person chose; empty for none. */
  readonly files: readonly string[];
  /** False in an untrusted workspace: models are not loaded there. */
  readonly canExplain: boolean;
}

export interface ComparedImages {
  readonly images: readonly ComparedImage[];
  /** Of the images of a split, by their ids; absent for files, whose pixels are asked for one by one. */
  readonly pixels?: ImageBatch | undefined;
  readonly notices: readonly Notice[];
}

export interface ComparedImage {
  /** What the page names it by. */
  readonly id: string;
  readonly title: string;
  /** In the words of the dataset; absent where it is not known. */
  readonly className?: string | undefined;
}

export interface MeasuredRelevance {
  /** Of each run the latest, if there is one; known by their runs' ids. */
  readonly reports: readonly RelevanceReport[];
  /** Of these very reports, where they were measured together. */
  readonly comparison?: RelevanceComparison | undefined;
  /** While a measurement is under way. */
  readonly measuring?: MeasuringProgress | undefined;
  /** Why the last measurement failed. */
  readonly failure?: { readonly message: string; readonly remedy?: string | undefined } | undefined;
}
