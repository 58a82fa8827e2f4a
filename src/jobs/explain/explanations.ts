import type {
  AdversarialChoices,
  AdversarialExplanation,
  SaliencyChoices,
} from '../../protocol/explanations.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { ExplainedMap } from './mapStore.ts';

/** Images explained by one run or two, before any of it is written. */
export interface Explanations {
  readonly runs: readonly ExplainingRun[];
  readonly classNames: readonly string[];
  readonly imageSize: number;
  readonly saliency: SaliencyChoices;
  readonly adversarial?: AdversarialChoices | undefined;
  readonly images: readonly ExplainedImage[];
  /** Where the colours of differences end, for all images and both runs; white is 1. */
  readonly differenceRange: number;
}

export interface ExplainingRun {
  readonly run: RunFolder;
  readonly classifierSha256: string;
  readonly autoencoderSha256?: string | undefined;
}

export interface ExplainedImage {
  /** Of its folder; unique. */
  readonly name: string;
  readonly title: string;
  /** In the words of the dataset, where it is known. */
  readonly className?: string | undefined;
  /** File, or split and position: what finds it again. */
  readonly source: Readonly<Record<string, string | number>>;
  readonly channels: 1 | 3;
  /** [C, H, W] in [0, 1], as the classifiers see it. */
  readonly original: ArrayLike<number>;
  /** In the order of the runs. */
  readonly byRun: readonly RunExplanation[];
}

export interface RunExplanation {
  readonly run: RunFolder;
  readonly saliency: ExplainedMap;
  readonly adversarial?:
    | (AdversarialExplanation & {
        /** Signed, [H, W]. */
        readonly difference: Float32Array;
      })
    | undefined;
}
