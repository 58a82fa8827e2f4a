import type { Graph, Value } from '../engine/graph.ts';
import { clip } from '../engine/ops/clip.ts';
import { maskWidth, type ClassifierConfig } from '../models/classifier.ts';
import { decode } from '../models/vqvae.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { labelInput } from './classifierTraining.ts';
import { AUTOENCODER_PREFIX, CLASSIFIER_PREFIX, type LatentBatchConfig } from './latentPrograms.ts';
import { monteCarloLogits } from './monteCarlo.ts';
import { objectiveOf, type Objective } from './objective.ts';
import { uncertaintyOf, type Likelihood } from './uncertainty.ts';

export interface LatentVisitConfig extends LatentBatchConfig {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  readonly objective: Objective;
  /** S, the number of dropout masks. */
  readonly numMcSamples: number;
}

export interface LatentVisit {
  /** `[N, C, H, W]` in [0, 1] */
  readonly images: Value;
  /** `[N]` in nats */
  readonly objective: Value;
}

/**
 * Decodes latents `[N, D, h, w]` and asks the classifier about the images, both models in inference mode. Asks the
 * graph for the dropout `masks` `[S, M]` and the `labels` of the parents.
 */
export function visitLatents(graph: Graph, latents: Value, config: LatentVisitConfig): LatentVisit {
  const { autoencoder, classifier, likelihood } = config;
  // Clipped, since that is what a file can hold: no gradient where a pixel is out of range.
  const images = clip(
    decode(new ModelScope(graph, 'inference', AUTOENCODER_PREFIX), latents, autoencoder),
    0,
    1,
  );
  const masks = graph.input('masks', [config.numMcSamples, maskWidth(classifier)]);
  const logits = monteCarloLogits(
    new ModelScope(graph, 'inference', CLASSIFIER_PREFIX),
    images,
    masks,
    classifier,
  );
  const labels = labelInput(graph, config.batchSize, classifier, likelihood);
  return {
    images,
    objective: objectiveOf(config.objective, uncertaintyOf(logits, likelihood), labels),
  };
}
