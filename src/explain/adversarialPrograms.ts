import { gradientsOf } from '../engine/gradient.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { argMax } from '../engine/ops/argMax.ts';
import { clip } from '../engine/ops/clip.ts';
import { greater } from '../engine/ops/compare.ts';
import { logSumExp } from '../engine/ops/logSumExp.ts';
import { mul } from '../engine/ops/mul.ts';
import { oneHot } from '../engine/ops/oneHot.ts';
import { sigmoid } from '../engine/ops/sigmoid.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';
import { where } from '../engine/ops/where.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import { quantize } from '../models/vectorQuantizer.ts';
import { codebook, decode, encode } from '../models/vqvae.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { adam, scalarInputs } from '../nn/optimizers.ts';
import {
  AUTOENCODER_PREFIX,
  CLASSIFIER_PREFIX,
  batchShape,
  latentShape,
  type LatentBatchConfig,
} from '../tsynd/latentPrograms.ts';
import type { Likelihood } from '../tsynd/uncertainty.ts';
import { explainedClasses } from './classActivation.ts';

export interface AdversarialConfig extends LatentBatchConfig {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
}

/** Moves the latents. */
export const latentAdam = adam();

/** A logit that no class has, and that takes no part in a sum of exponentials. */
const NO_CLASS = -1e30;

/** Quantised `latents` `[N, D, h, w]` of `images` `[N, C, H, W]` in [0, 1]. */
export function traceStart(config: AdversarialConfig): TracedGraph {
  return trace((graph) => {
    const scope = new ModelScope(graph, 'inference', AUTOENCODER_PREFIX);
    const latents = encode(scope, graph.input('images', batchShape(config)), config.autoencoder);
    return { latents: quantize(latents, codebook(scope, config.autoencoder)).quantized };
  });
}

/**
 * The class of each of `images` `[N, C, H, W]` that is to be given up: `classes` int32 `[N]`, that of `targets` or, where
 * there is PREDICTED, the most probable one, its probability `probs` `[N]`, without dropout, and the most probable
 * classes `predictions` int32 `[N]`.
 */
export function traceTargets(config: AdversarialConfig): TracedGraph {
  return trace((graph) => {
    const logits = logitsOf(graph, graph.input('images', batchShape(config)), config);
    const classes = explainedClasses(logits, graph.input('targets', [config.batchSize], 'int32'));
    const probs = sigmoid(logOddsOf(logits, classes, config.likelihood));
    return { classes, probs, predictions: argMax(logits, 1) };
  });
}

/**
 * Decodes `latents`, asks the classifier, and takes one step of Adam that lowers the odds of `classes` (int32 `[N]`). Of
 * the latents as given: `images` `[N, C, H, W]` in [0, 1], the classes' probabilities `probs` `[N]` and the most probable
 * classes `predictions` int32 `[N]`; and `nextLatents`, `nextFirstMoment`, `nextSecondMoment`.
 */
export function traceAdversarialStep(config: AdversarialConfig): TracedGraph {
  return trace((graph) => {
    const latents = graph.input('latents', latentShape(config));
    const classes = graph.input('classes', [config.batchSize], 'int32');
    const scope = new ModelScope(graph, 'inference', AUTOENCODER_PREFIX);
    // Clipped, since that is what a file can hold: no gradient where a pixel is out of range.
    const images = clip(decode(scope, latents, config.autoencoder), 0, 1);
    const logits = logitsOf(graph, images, config);
    const logOdds = logOddsOf(logits, classes, config.likelihood);
    const [gradient] = gradientsOf(sum(logOdds), [latents]);
    const slots = {
      firstMoment: graph.input('firstMoment', latents.shape),
      secondMoment: graph.input('secondMoment', latents.shape),
    };
    const next = latentAdam.update(latents, gradient, slots, scalarInputs(graph, latentAdam, ''));
    return {
      images,
      probs: sigmoid(logOdds),
      predictions: argMax(logits, 1),
      nextLatents: next.parameter,
      nextFirstMoment: next.slots.firstMoment,
      nextSecondMoment: next.slots.secondMoment,
    };
  });
}

function logitsOf(graph: Graph, images: Value, { classifier }: AdversarialConfig): Value {
  const scope = new ModelScope(graph, 'inference', CLASSIFIER_PREFIX);
  return classifierHead(scope, classifierFeatures(scope, images, classifier).pooled, classifier);
}

/**
 * log(p / (1 - p)) of one class an image, `[N]`: what is minimised instead of p. It falls exactly where p does, but its
 * gradient with respect to the class's logit is 1 everywhere, where that of p, p (1 - p), and that of log p, 1 - p, vanish
 * for an image that the classifier is sure of.
 *
 * With sigmoids it is the logit itself; with softmax the logit minus the log-sum-exp of the others.
 */
export function logOddsOf(logits: Value, classes: Value, likelihood: Likelihood): Value {
  const chosen = oneHot(classes, logits.shape[1]);
  const logit = sum(mul(logits, chosen), { axes: [1] });
  if (likelihood === 'sigmoid') return logit;
  return sub(logit, logSumExp(where(greater(chosen, 0), NO_CLASS, logits), { axis: 1 }));
}
