import { trace, type TracedGraph, type Value } from '../engine/graph.ts';
import { abs } from '../engine/ops/abs.ts';
import { add } from '../engine/ops/add.ts';
import { div } from '../engine/ops/div.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { stopGradient } from '../engine/ops/stopGradient.ts';
import { straightThrough } from '../engine/ops/straightThrough.ts';
import { sub } from '../engine/ops/sub.ts';
import { codebook, codebookAverages, decode, encode, type AutoencoderConfig } from '../models/vqvae.ts';
import {
  latentRows,
  perplexity,
  quantize,
  updateCodebook,
  type CodebookRules,
} from '../models/vectorQuantizer.ts';
import { meanSquaredError } from '../nn/losses.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import type { Optimizer } from '../nn/optimizers.ts';
import { traceTrainingStep } from '../nn/trainer.ts';

export interface AutoencoderLossWeights {
  /** beta of the commitment loss. */
  readonly commitment: number;
  /** Weight of the mean absolute error, in standard deviations of the data. */
  readonly absoluteError: number;
  /** Variance of the training images' pixels, by which the squared error is divided (Sonnet). */
  readonly dataVariance: number;
}

interface AutoencoderLosses {
  readonly loss: Value;
  readonly reports: {
    readonly reconstructionLoss: Value;
    readonly commitmentLoss: Value;
    readonly perplexity: Value;
  };
  readonly latents: Value;
  readonly codes: Value;
}

/**
 * One step of the VQ-VAE on a batch `images` `[N, C, H, W]`:
 *   loss = mean (x - xhat)^2 / variance + absoluteError * mean |x - xhat| / deviation + commitment * mean (z - sg(e))^2,
 * the gradient passing straight through the quantisation and the codebook following by moving averages. Further
 * inputs: `correction` and `replacements` of {@link updateCodebook}.
 */
export function traceAutoencoderStep(
  config: AutoencoderConfig,
  optimizer: Optimizer,
  shape: BatchSize,
  weights: AutoencoderLossWeights,
  rules: CodebookRules,
): TracedGraph {
  return traceTrainingStep(optimizer, (scope, graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const { loss, reports, latents, codes } = autoencoderLosses(scope, images, config, weights);
    const correction = graph.input('correction', []);
    const replacements = graph.input('replacements', [config.codes], 'int32');
    const rows = stopGradient(latentRows(latents));
    const averages = codebookAverages(scope, config);
    const next = updateCodebook(averages, rows, codes, correction, replacements, rules);
    scope.bufferUpdates.set('quantizer.codebook', next.codebook);
    scope.bufferUpdates.set('quantizer.clusterSize', next.clusterSize);
    scope.bufferUpdates.set('quantizer.codeSum', next.codeSum);
    return { loss, reports };
  });
}

/** The losses of a batch without a step, for validation. */
export function traceAutoencoderLosses(
  config: AutoencoderConfig,
  shape: BatchSize,
  weights: AutoencoderLossWeights,
): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const { loss, reports } = autoencoderLosses(new ModelScope(graph, 'inference'), images, config, weights);
    return { loss, ...reports };
  });
}

function autoencoderLosses(
  scope: ModelScope,
  images: Value,
  config: AutoencoderConfig,
  { commitment, absoluteError, dataVariance }: AutoencoderLossWeights,
): AutoencoderLosses {
  const latents = encode(scope, images, config);
  const { quantized, codes } = quantize(latents, codebook(scope, config));
  const reconstruction = decode(scope, straightThrough(quantized, latents), config);
  const reconstructionLoss = div(meanSquaredError(reconstruction, images), dataVariance);
  const commitmentLoss = meanSquaredError(latents, stopGradient(quantized));
  let loss = add(reconstructionLoss, mul(commitmentLoss, commitment));
  if (absoluteError > 0) {
    const deviation = mean(abs(sub(reconstruction, images)));
    loss = add(loss, mul(deviation, absoluteError / Math.sqrt(dataVariance)));
  }
  const reports = { reconstructionLoss, commitmentLoss, perplexity: perplexity(codes, config.codes) };
  return { loss, reports, latents, codes };
}
