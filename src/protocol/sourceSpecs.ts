import type { Mix, PoolSamples } from './settings.ts';

/** Files and folders that a person named for a run, before anything of them was read. */
export interface SourceSpecs {
  /** A `.safetensors` file, or a run's folder. */
  readonly pretrained?: string | undefined;
  readonly trainingSet?: TrainingSetSpec | undefined;
}

export interface TrainingSetSpec {
  readonly mix: Mix;
  readonly pool?: PoolSource | undefined;
  readonly filter?: FilterChoice | undefined;
  readonly ratio?: number | undefined;
}

/** A run's folder, a curated export, or a dataset that another generator made. */
export interface PoolSource {
  readonly path: string;
  /** Of a run's folder only. */
  readonly samples?: PoolSamples | undefined;
}

/** `judge` is the folder of a finished run. */
export type FilterChoice =
  | { readonly kind: 'selective'; readonly judge: string; readonly maxPerClass?: number | undefined }
  | { readonly kind: 'uncertain-band'; readonly judge: string; readonly low: number; readonly high: number };
