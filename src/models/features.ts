import type { Value } from '../engine/graph.ts';

/** The output of a layer that can be explained. */
export interface FeatureLayer {
  readonly output: Value;
  /** Brings the output, or a gradient with respect to it, into the form `[N, F, h, w]`. */
  readonly asMap: (value: Value) => Value;
}

export interface ClassifierFeatures {
  /** By the names of the published networks' modules. */
  readonly layers: Readonly<Record<string, FeatureLayer>>;
  /** `[N, F]`, what the head sees. */
  readonly pooled: Value;
}

/** A layer whose output has that form already. */
export function mapLayer(output: Value): FeatureLayer {
  return { output, asMap: (value) => value };
}
