import type { TracedGraph } from '../src/engine/graph.ts';
import type { AutoencoderConfig } from '../src/models/vqvae.ts';
import type { ClassifierConfig } from '../src/models/classifier.ts';
import { adam, decaysInTimm } from '../src/nn/optimizers.ts';
import { traceAutoencoderStep } from '../src/tsynd/autoencoderTraining.ts';
import { traceClassifierStep, tracePrediction } from '../src/tsynd/classifierTraining.ts';
import { traceLatentStep } from '../src/tsynd/latentOptimizer.ts';

/** The timed programs that are one graph each. */
export const GRAPH_NAMES = [
  'trainingStep',
  'latentStep',
  'autoencoderStep',
  'deitTinyStep',
  'predict',
] as const;
export type GraphName = (typeof GRAPH_NAMES)[number];

export const IMAGE_SIZE = 28;
/** S */
export const NUM_MC_SAMPLES = 20;

export const CLASSIFIER: ClassifierConfig = {
  architecture: 'resnet18',
  head: 'default',
  width: 64,
  imageSize: IMAGE_SIZE,
  inChannels: 1,
  numClasses: 2,
};
export const AUTOENCODER: AutoencoderConfig = {
  inChannels: 1,
  hidden: 128,
  residualHidden: 32,
  residualLayers: 2,
  latentChannels: 64,
  codes: 512,
};

export function traceGraph(name: GraphName, batchSize: number): TracedGraph {
  const size = { batchSize, imageSize: IMAGE_SIZE };
  const plainBatch = { real: batchSize, synthetic: 0, imageSize: IMAGE_SIZE };
  switch (name) {
    case 'trainingStep':
      return traceClassifierStep(CLASSIFIER, adam(), plainBatch, 'softmax');
    case 'deitTinyStep':
      return traceClassifierStep(
        { ...CLASSIFIER, architecture: 'deit-tiny' },
        adam({ weightDecay: 0.05, decays: decaysInTimm }),
        plainBatch,
        'softmax',
      );
    case 'latentStep':
      return traceLatentStep({
        ...size,
        autoencoder: AUTOENCODER,
        classifier: CLASSIFIER,
        likelihood: 'softmax',
        objective: 'mi',
        numMcSamples: NUM_MC_SAMPLES,
      });
    case 'autoencoderStep':
      return traceAutoencoderStep(
        AUTOENCODER,
        adam(),
        size,
        { commitment: 0.25, absoluteError: 0, dataVariance: 0.05 },
        { decay: 0.99, deadBelow: 0 },
      );
    case 'predict':
      return tracePrediction(CLASSIFIER, size, 'softmax');
  }
}

/**
 * Inputs that stay fixed where the program is used for real: generation takes many steps with finished models, and a
 * prediction too, while training replaces its weights at every step.
 */
export function isBaked(name: GraphName, input: string): boolean {
  if (name === 'predict') return input !== 'images';
  return name === 'latentStep' && input.includes('/');
}
