import type { DeviceName } from './devices.ts';
import type {
  AdversarialChoices,
  AdversarialExplanation,
  MapBatch,
  MapRequest,
  SaliencyChoices,
} from './explanations.ts';
import type { GenerateChoices } from './generateChoices.ts';
import type { ImageRef } from './imageData.ts';
import type { RelevanceComparison, RelevanceReport } from './relevance.ts';
import type { ScoredSplit, ScoresSummary } from './scoreTable.ts';
import type { DeviceChoice } from './settings.ts';

/** Everything that needs models and a device. Answered by a process that a crashing driver may take along. */
export interface ComputeApi {
  /** Ends with 'cancelled' when cancelled, after the run's folder says `stopped`; another run goes on from there. */
  readonly 'run/generate': {
    readonly params: {
      readonly datasetPath: string;
      readonly choices: GenerateChoices;
      readonly device: DeviceChoice;
      /** Processor threads; one a processor when absent. */
      readonly threads?: number | undefined;
      /** The folder that gets the run's own new folder. */
      readonly out: string;
    };
    readonly result: RunResult;
    readonly progress: RunProgress;
  };
  /** Never sent without a person's wish. */
  readonly 'run/resume': {
    readonly params: { readonly run: string; readonly datasetPath?: string | undefined };
    readonly result: RunResult;
    readonly progress: RunProgress;
  };
  /** A classifier of a run about one image, over the run's own dropout masks. */
  readonly 'image/predict': {
    readonly params: { readonly run: string; readonly image: ImageRef };
    readonly result: Prediction;
  };
  /**
   * Maps of images by a run's classifier. Those of a run's own samples and dataset are kept in the run's folder, by
   * what they depend on, and not computed again; of other images nothing is written.
   */
  readonly 'explain/maps': {
    readonly params: {
      readonly run: string;
      /** Another run whose maps are looked at beside these: adversarial ones then come through one autoencoder. */
      readonly comparedWith?: string | undefined;
      readonly images: readonly ImageRef[];
      readonly request: MapRequest;
    };
    readonly result: MapBatch;
  };
  /** All that an adversarial map of one image is made of. */
  readonly 'explain/adversarial': {
    readonly params: {
      readonly run: string;
      readonly comparedWith?: string | undefined;
      readonly image: ImageRef;
      readonly choices: AdversarialChoices;
    };
    readonly result: AdversarialExplanation;
  };
  /**
   * How relevant what the maps mark is, over images of a split of the run's dataset, with intervals; with `against`, a
   * run of the same dataset, both and their differences. The reports are kept in the runs' folders.
   */
  readonly 'explain/relevance': {
    readonly params: {
      readonly run: string;
      readonly against?: string | undefined;
      readonly split: ScoredSplit;
      /** Images at most, spread over the classes; all when absent. */
      readonly limit?: number | undefined;
      readonly saliency: SaliencyChoices;
      readonly adversarial: AdversarialChoices;
    };
    readonly result: {
      readonly report: RelevanceReport;
      readonly comparison?: RelevanceComparison | undefined;
    };
    readonly progress: { readonly done: number; readonly total: number };
  };
  /**
   * Gives every image of a dataset its mutual information, entropy and loss by a run's classifier, into a new folder in
   * the run's.
   */
  readonly 'dataset/score': {
    readonly params: {
      readonly run: string;
      readonly datasetPath: string;
      readonly splits: readonly ScoredSplit[];
    };
    readonly result: ScoresSummary;
    readonly progress: { readonly done: number; readonly total: number };
  };
  /**
   * Runs all cells of an experiment that are not finished yet; the whole file is checked first. Ends with 'cancelled'
   * when cancelled, after the cell under way has been saved; the same request goes on from there.
   */
  readonly 'experiment/run': {
    readonly params: {
      /** The experiment's YAML file, or the folder of one that was begun. */
      readonly path: string;
      /** The experiment's folder; made when missing. Needed with a file only. */
      readonly out?: string | undefined;
      readonly device: DeviceChoice;
      readonly threads?: number | undefined;
    };
    readonly result: { readonly folder: string; readonly finished: number; readonly failed: number };
    readonly progress: ExperimentProgress;
  };
}

/** A full snapshot of how far an experiment is. */
export interface ExperimentProgress {
  /** Known once the file is checked and the folder made. */
  readonly folder?: string | undefined;
  /** Cells that are finished, of how many. */
  readonly done: number;
  readonly total: number;
  /** What is under way: the cell (or what cells share), and its stage. */
  readonly cell?: string | undefined;
  readonly stage?: string | undefined;
  /** Share of the stage that is done. */
  readonly share?: number | undefined;
  readonly secondsLeft?: number | undefined;
  readonly warnings: readonly string[];
}

export interface RunResult {
  readonly folder: string;
  readonly samples: number;
  readonly bestEpoch: number;
  readonly valAuroc?: number | undefined;
}

/** A full snapshot of how far a run is. */
export interface RunProgress {
  /** Known once the run's folder is made. */
  readonly folder?: string | undefined;
  readonly device?: string | undefined;
  /** The device under test, where one is tried before the run begins. */
  readonly trying?: DeviceName | undefined;
  /** `dataset` until the folder is made. */
  readonly stage: 'dataset' | 'autoencoder' | 'classifier' | 'samples';
  readonly done: number;
  readonly total: number;
  readonly unit: 'steps' | 'samples';
  /** Of the last step. */
  readonly loss?: number | undefined;
  /** The last complete epoch of the stage. */
  readonly epoch?: number | undefined;
  /** On the validation images. */
  readonly valAuroc?: number | undefined;
  /** Of this stage; absent until it can be told. */
  readonly secondsLeft?: number | undefined;
  readonly warnings: readonly string[];
}

export interface Prediction {
  readonly run: string;
  readonly classNames: readonly string[];
  /** [K] mean over the masks. */
  readonly probs: readonly number[];
  /** Nats. */
  readonly predictiveEntropy: number;
  /** Nats; the epistemic part of the entropy. */
  readonly mutualInformation: number;
  /** S */
  readonly numMcSamples: number;
  /** Whether the image was shown to the classifier at another size than its own. */
  readonly resizedTo: number;
}
