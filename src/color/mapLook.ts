import { divergingColors, type DivergingMap, type ThemeKind } from './divergingColors.ts';
import { sequentialColors, type SequentialMap } from './sequentialColors.ts';

/** How a saliency map is laid over its image. */
export interface SaliencyLook {
  readonly colors: SequentialMap;
  /** Values that the ends of the colours stand for. */
  readonly range: readonly [low: number, high: number];
  /** 0 to 1, of the map over the image. */
  readonly opacity: number;
  /** Values below it are not drawn. */
  readonly threshold: number;
}

export const DEFAULT_SALIENCY_LOOK: SaliencyLook = {
  colors: 'inferno',
  range: [0, 1],
  opacity: 0.5,
  threshold: 0,
};

/** How a signed difference is drawn, over its image or in its place. */
export interface DifferenceLook {
  readonly colors: DivergingMap;
  /** The value at which the colours end, on both sides of zero; white is 1. */
  readonly range: number;
  /** 1 hides the image. */
  readonly opacity: number;
  /** Absolute values below it are not drawn. */
  readonly threshold: number;
}

/** What makes a classifier give up a class is small: less than 0.05 of white for nearly all pixels. */
export const DEFAULT_DIFFERENCE_LOOK: DifferenceLook = {
  colors: 'blueOrange',
  range: 0.05,
  opacity: 1,
  threshold: 0,
};

/** A table of colours and where a value's entry lies in it. */
export interface ColorScale {
  /** [257, 4] RGBA. */
  readonly colors: Uint8ClampedArray;
  readonly low: number;
  readonly high: number;
  readonly opacity: number;
  /** Whether a value is drawn at all. */
  isDrawn(value: number): boolean;
}

export function saliencyScale({ colors, range: [low, high], opacity, threshold }: SaliencyLook): ColorScale {
  return { colors: sequentialColors(colors), low, high, opacity, isDrawn: (value) => value >= threshold };
}

export function differenceScale(
  { colors, range, opacity, threshold }: DifferenceLook,
  theme: ThemeKind,
): ColorScale {
  const isDrawn = (value: number): boolean => Math.abs(value) >= threshold;
  return { colors: divergingColors(colors, theme), low: -range, high: range, opacity, isDrawn };
}
