import { trace, type TracedGraph } from '../../engine/graph.ts';
import { mean } from '../../engine/ops/mean.ts';
import { classifierFeatures, type ClassifierConfig } from '../../models/classifier.ts';
import { encode, type AutoencoderConfig } from '../../models/vqvae.ts';
import { ModelScope } from '../../nn/modelScope.ts';
import { imageInput, type BatchSize } from '../../tsynd/imageBatch.ts';

/** The classifier's pooled `features` `[N, F]` of `images`, without dropout. */
export function traceClassifierFeatures(config: ClassifierConfig, shape: BatchSize): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const scope = new ModelScope(graph, 'inference');
    return { features: classifierFeatures(scope, images, config).pooled };
  });
}

/** The mean over all places of the autoencoder's latents of `images`, before they are quantised: `features` `[N, D]`. */
export function traceLatentFeatures(config: AutoencoderConfig, shape: BatchSize): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const scope = new ModelScope(graph, 'inference');
    return { features: mean(encode(scope, images, config), { axes: [2, 3] }) };
  });
}
