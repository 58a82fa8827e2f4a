import type { DivergingMap } from '../../../src/color/divergingColors.ts';
import type { SequentialMap } from '../../../src/color/sequentialColors.ts';
import type { SaliencySign } from '../../../src/protocol/explanations.ts';
import { formatSigned } from '../signedNumber.ts';

/** Which of the two kinds of maps a control, a legend or a layer is about. */
export type MapKind = 'saliency' | 'adversarial';

export const SIGN_NAMES: Readonly<Record<SaliencySign, string>> = { evidence: 'Evidence', raw: 'Raw' };

export const SEQUENTIAL_NAMES: Readonly<Record<SequentialMap, string>> = {
  inferno: 'Inferno',
  magma: 'Magma',
  viridis: 'Viridis',
  cividis: 'Cividis',
};

export const DIVERGING_NAMES: Readonly<Record<DivergingMap, string>> = {
  blueOrange: 'Blue – orange',
  purpleOrange: 'Purple – orange',
  blueRed: 'Blue – red',
};

/** What each choice means, in one sentence. */
export const HINTS = {
  method:
    'EigenGradCAM takes the main pattern of activations weighted by their gradients, Grad-CAM their weighted sum, and ' +
    'Eigen-CAM the main pattern of the activations alone, whatever the class.',
  sign:
    'Evidence turns the map so that it marks what speaks for the class; raw keeps the sign that the decomposition ' +
    'happens to give, which marks the opposite about half of the time.',
  layer:
    'The layer whose activations are mapped: the first is nearest to the decision, the second lies before it and is finer where a network halves its maps between them.',
  saliencyTarget:
    'The class whose evidence is marked; of an image that has no label, that which is predicted.',
  adversarialTarget:
    'The class that the image is changed to lose; of an image without a label, the predicted one.',
  steps: 'How often the image’s latent is moved at most; the search ends earlier where the prediction flips.',
  sequential:
    'All grow in lightness only and can be read with any colour vision; cividis looks the same with all.',
  diverging: 'Zero is always the middle colour; all can be read with any colour vision.',
  low: 'The value that the first colour stands for.',
  high: 'The value that the last colour stands for.',
  range: 'The difference at which the colours end, below and above zero; white is 1.',
  opacity: 'How much of the image the map hides.',
  saliencyThreshold: 'Smaller values are not drawn.',
  differenceThreshold: 'Smaller differences, of either sign, are not drawn.',
} as const;

export const SALIENCY_UNIT = 'share of the strongest evidence';
export const DIFFERENCE_UNIT = 'of white';

/** A value of a map: `0.83`, and differences with their sign, `+0.125`. */
export function formatMapValue(kind: MapKind, value: number): string {
  return kind === 'saliency' ? value.toFixed(2) : formatSigned(value, 3);
}
