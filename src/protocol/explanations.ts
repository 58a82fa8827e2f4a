import type { Architecture } from './settings.ts';

export const SALIENCY_METHODS = ['eigengradcam', 'gradcam', 'eigencam'] as const;
export type SaliencyMethod = (typeof SALIENCY_METHODS)[number];

/** As their authors write them. */
export const METHOD_NAMES: Readonly<Record<SaliencyMethod, string>> = {
  eigengradcam: 'EigenGradCAM',
  gradcam: 'Grad-CAM',
  eigencam: 'Eigen-CAM',
};

/**
 * `evidence` turns the map so that it agrees with what speaks for the class; `raw` is what the singular value
 * decomposition happens to give, as pytorch-grad-cam shows it.
 */
export const SALIENCY_SIGNS = ['evidence', 'raw'] as const;
export type SaliencySign = (typeof SALIENCY_SIGNS)[number];

/**
 * The layers whose activations can be mapped, by the names of the published networks' modules, the last one first. Layers
 * at the same place correspond to each other; see `explainedLayer`.
 */
export const EXPLAINED_LAYERS: Readonly<Record<Architecture, readonly string[]>> = {
  resnet18: ['layer4', 'layer3'],
  resnet50: ['layer4', 'layer3'],
  densenet121: ['norm5', 'denseblock3'],
  'deit-tiny': ['blocks.11.norm1', 'blocks.8.norm1'],
  'deit-small': ['blocks.11.norm1', 'blocks.8.norm1'],
  'deit-tiny-distilled': ['blocks.11.norm1', 'blocks.8.norm1'],
  'deit-small-distilled': ['blocks.11.norm1', 'blocks.8.norm1'],
};

/**
 * The layer that a choice means for an architecture: itself where there is one of that name, else the one at the place
 * that it has in another architecture, so that one choice serves runs of several. Undefined for a name that none has.
 */
export function explainedLayer(architecture: Architecture, layer: string): string | undefined {
  const layers = EXPLAINED_LAYERS[architecture];
  if (layers.includes(layer)) return layer;
  return layers[layerPlace(layer)];
}

/** Place of a layer among those of its architecture, 0 for the last one; -1 for a name that no architecture has. */
export function layerPlace(layer: string): number {
  const places = Object.values(EXPLAINED_LAYERS).map((names) => names.indexOf(layer));
  return Math.max(...places);
}

/** Which class is explained: that of the highest probability, the image's own (predicted where it has none), or one. */
export type ExplainedClass = 'predicted' | 'label' | number;

export interface SaliencyChoices {
  readonly method: SaliencyMethod;
  readonly sign: SaliencySign;
  readonly layer: string;
  readonly target: ExplainedClass;
}

export const DEFAULT_SALIENCY: SaliencyChoices = {
  method: 'eigengradcam',
  sign: 'evidence',
  layer: 'layer4',
  target: 'predicted',
};

/** How the latent of an image is moved until its class is given up. */
export interface AdversarialChoices {
  readonly target: ExplainedClass;
  /** Steps of Adam, at most. */
  readonly steps: number;
  readonly learningRate: number;
}

export const MAX_ADVERSARIAL_STEPS = 200;

/**
 * Small steps, so that the class is given up after a change that is hardly larger than it must be. On 40 validation images
 * of drawn phantoms and of BreastMNIST (ResNet-18 of width 16, latents that deviate by 0.7 to 1.0), trained with mutual
 * information and without, every image flipped: after 4 to 12 steps (median of a run), 23 at most for nine in ten. Twice
 * the rate lengthened the median change by 0 to 12 %, ten times the rate by 66 to 196 % (a single step was often too long);
 * half of it shortened it by 7 to 9 % for twice the steps. Images that flip end early, so that the rest of the steps is
 * for classifiers that are surer.
 */
export const DEFAULT_ADVERSARIAL: AdversarialChoices = {
  target: 'predicted',
  steps: 100,
  learningRate: 0.005,
};

/**
 * A pixel counts as changed from this difference on, where white is 1; about 5 of 255 grey levels. The changes above were
 * 0.003 to 0.011 in root mean square (medians of a run): from 0.05 on hardly any pixel would count.
 */
export const CHANGE_THRESHOLD = 0.02;

/** What is asked of each image: how much each place speaks for a class, or what must change for it to be given up. */
export type MapRequest =
  | { readonly kind: 'saliency'; readonly choices: SaliencyChoices }
  | { readonly kind: 'adversarial'; readonly choices: AdversarialChoices };

/** Equally large maps in one piece. */
export interface MapBatch {
  /**
   * [N, H, W] at the classifier's image size. Saliency: 0 to 1, each map's own largest value is 1 (all 0 where nothing
   * speaks for the class). Adversarial: signed, adversarial minus plain reconstruction where white is 1, mean of the
   * channels.
   */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Of the images that were asked for, the positions of those that have a map, in the order of `values`. */
  readonly found: readonly number[];
  /** [N] in the order of `values`. */
  readonly facts: readonly MapFacts[];
  /** Positions of the images that have none, and why, in one sentence. */
  readonly missing: readonly { readonly index: number; readonly reason: string }[];
}

export interface MapFacts {
  /** The class that was explained, or whose probability was lowered. */
  readonly target: number;
  /** Its probability for the image as it is, without dropout. */
  readonly probability: number;
  /** The most probable class of the image as it is, without dropout; absent of maps that were kept without it. */
  readonly predicted?: number | undefined;
  /** Of adversarial maps. */
  readonly change?: AdversarialChange | undefined;
}

/** What it took to make a classifier give up a class. */
export interface AdversarialChange {
  /** [steps + 1] probability of the class: of the plain reconstruction, then after each step that was taken. */
  readonly probs: readonly number[];
  /**
   * Steps until the prediction was another one; 0 where that of the plain reconstruction is already. Absent where the
   * class was kept to the last step: then the last image is what the map shows.
   */
  readonly flippedAt?: number | undefined;
  /** Euclidean norm over all pixels and channels of the difference to the plain reconstruction; white is 1. */
  readonly l2: number;
  /** Share of the pixels whose difference, averaged over channels, is at least CHANGE_THRESHOLD. */
  readonly area: number;
}

/** One image with all that an adversarial map is made of, [C, H, W] each, in [0, 1]. */
export interface AdversarialExplanation extends MapFacts {
  readonly change: AdversarialChange;
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
  readonly original: Float32Array;
  /** Of the image's latent as the autoencoder encodes it. */
  readonly reconstruction: Float32Array;
  readonly adversarial: Float32Array;
  /** Id of the run whose autoencoder it is, where the explained run has none of its own, as a baseline. */
  readonly autoencoderRun?: string | undefined;
}
