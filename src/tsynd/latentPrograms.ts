import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { cast } from '../engine/ops/cast.ts';
import { clip } from '../engine/ops/clip.ts';
import { equal, not } from '../engine/ops/compare.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { sqrt } from '../engine/ops/sqrt.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import { LATENT_DOWNSAMPLING, codebook, decode, encode, type AutoencoderConfig } from '../models/vqvae.ts';
import { latentRows, nearestCodes, quantize } from '../models/vectorQuantizer.ts';
import { ModelScope } from '../nn/modelScope.ts';

/** Prefixes of the two models' tensors in programs that may hold both. */
export const AUTOENCODER_PREFIX = 'autoencoder/';
export const CLASSIFIER_PREFIX = 'classifier/';

export interface LatentBatchConfig {
  readonly autoencoder: AutoencoderConfig;
  readonly batchSize: number;
  /** Height and width of images in pixels. */
  readonly imageSize: number;
}

/** Shape of a batch of latents, `[N, D, H/4, W/4]`. */
export function latentShape({ batchSize, imageSize, autoencoder }: LatentBatchConfig): number[] {
  const side = imageSize / LATENT_DOWNSAMPLING;
  return [batchSize, autoencoder.latentChannels, side, side];
}

/** Shape of a batch of images, `[N, C, H, W]`. */
export function batchShape({ batchSize, imageSize, autoencoder }: LatentBatchConfig): number[] {
  return [batchSize, autoencoder.inChannels, imageSize, imageSize];
}

/**
 * Latents of `images`: `quantized`, and `start` = quantized + noise * noiseScale with `noise` `[N, D, h, w]` and one
 * scale a channel, `noiseScale` `[D]` (paper, section 3.2.1).
 */
export function traceEncoding(config: LatentBatchConfig): TracedGraph {
  return trace((graph) => {
    const scope = new ModelScope(graph, 'inference', AUTOENCODER_PREFIX);
    const latents = encode(scope, graph.input('images', batchShape(config)), config.autoencoder);
    const { quantized } = quantize(latents, codebook(scope, config.autoencoder));
    const scale = channelScale(graph, 'noiseScale', config.autoencoder.latentChannels);
    const noise = graph.input('noise', latentShape(config));
    return { quantized, start: add(quantized, mul(noise, scale)) };
  });
}

/** The input `name` of a program, one number a latent channel, as `[1, D, 1, 1]`. */
export function channelScale(graph: Graph, name: string, channels: number): Value {
  return reshape(graph.input(name, [channels]), [1, channels, 1, 1]);
}

/** `images` of `latents`, clipped to [0, 1]. */
export function traceDecoding(config: LatentBatchConfig): TracedGraph {
  return trace((graph) => {
    const scope = new ModelScope(graph, 'inference', AUTOENCODER_PREFIX);
    const latents = graph.input('latents', latentShape(config));
    return { images: clip(decode(scope, latents, config.autoencoder), 0, 1) };
  });
}

/**
 * How far `after` moved from `before`, `[N]` each: `distance`, the Euclidean norm of the difference, and
 * `codesChanged`, the fraction of positions whose nearest code is another one.
 */
export function traceLatentChange(config: LatentBatchConfig): TracedGraph {
  return trace((graph) => {
    const scope = new ModelScope(graph, 'inference', AUTOENCODER_PREFIX);
    const codes = codebook(scope, config.autoencoder);
    const before = graph.input('before', latentShape(config));
    const after = graph.input('after', latentShape(config));
    const difference = sub(after, before);
    const isChanged = not(
      equal(nearestCodes(latentRows(before), codes), nearestCodes(latentRows(after), codes)),
    );
    const positions = isChanged.shape[0] / config.batchSize;
    return {
      distance: sqrt(sum(mul(difference, difference), { axes: [1, 2, 3] })),
      codesChanged: mean(reshape(cast(isChanged, 'float32'), [config.batchSize, positions]), { axes: [1] }),
    };
  });
}
