import { CO_OCCURRENCE_NAMES, coOccurrence } from './coOccurrence.ts';
import { FIRST_ORDER_NAMES, firstOrder } from './firstOrder.ts';
import { GRADIENT_NAMES, gradientHistogram } from './gradientHistogram.ts';
import type { GreyImage } from './greyImage.ts';
import { WAVELET_NAMES, waveletEnergies } from './waveletEnergies.ts';

/** Changes whenever a feature does: distances of different versions cannot be compared. */
export const RADIOMICS_VERSION = 'tsynd-radiomics-1';

const GREY_NAMES = [...FIRST_ORDER_NAMES, ...CO_OCCURRENCE_NAMES, ...GRADIENT_NAMES, ...WAVELET_NAMES];
const COLOUR_NAMES = ['red', 'green', 'blue'].flatMap((name) => [`${name} mean`, `${name} deviation`]);

/** What `radiomicFeatures` gives, in order. */
export function radiomicNames(channels: 1 | 3): readonly string[] {
  return channels === 1 ? GREY_NAMES : [...GREY_NAMES, ...COLOUR_NAMES];
}

/**
 * Features of an image `[C, H, W]` in [0, 1] that need no training: statistics of grey values, co-occurrence, gradients
 * and wavelets, after the idea of the Frechet radiomic distance (arXiv 2412.01496) but not with its features. Of colour
 * images those of the luma (Rec. 601), and then mean and deviation of each channel.
 */
export function radiomicFeatures(pixels: ArrayLike<number>, channels: 1 | 3, side: number): number[] {
  const area = side * side;
  const channel = (index: number): GreyImage => ({
    side,
    values: Float64Array.from({ length: area }, (_, i) => pixels[index * area + i]),
  });
  if (channels === 1) return greyFeatures(channel(0));
  const [red, green, blue] = [channel(0), channel(1), channel(2)];
  const luma = red.values.map((value, i) => 0.299 * value + 0.587 * green.values[i] + 0.114 * blue.values[i]);
  const colours = [red, green, blue].flatMap((image) => firstOrder(image).slice(0, 2));
  return [...greyFeatures({ side, values: luma }), ...colours];
}

function greyFeatures(image: GreyImage): number[] {
  return [
    ...firstOrder(image),
    ...coOccurrence(image),
    ...gradientHistogram(image),
    ...waveletEnergies(image),
  ];
}
