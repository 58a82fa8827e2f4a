import { DIVERGING_MAPS } from '../../../src/color/divergingColors.ts';
import {
  DEFAULT_DIFFERENCE_LOOK,
  DEFAULT_SALIENCY_LOOK,
  type DifferenceLook,
  type SaliencyLook,
} from '../../../src/color/mapLook.ts';
import { SEQUENTIAL_MAPS } from '../../../src/color/sequentialColors.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  MAX_ADVERSARIAL_STEPS,
  SALIENCY_METHODS,
  SALIENCY_SIGNS,
  type AdversarialChoices,
  type ExplainedClass,
  type SaliencyChoices,
} from '../../../src/protocol/explanations.ts';
import { fieldsOf } from '../storedState.ts';

/** What a page computes maps of and how it draws them; outlives the page. */
export interface MapState {
  readonly saliency: SaliencyChoices;
  readonly adversarial: AdversarialChoices;
  readonly saliencyLook: SaliencyLook;
  readonly differenceLook: DifferenceLook;
}

export const INITIAL_MAP_STATE: MapState = {
  saliency: DEFAULT_SALIENCY,
  adversarial: DEFAULT_ADVERSARIAL,
  saliencyLook: DEFAULT_SALIENCY_LOOK,
  differenceLook: DEFAULT_DIFFERENCE_LOOK,
};

/** The state as it was stored, part by part: what is not there or makes no sense is as at first. */
export function readMapState(stored: unknown): MapState {
  const { saliency, adversarial, saliencyLook, differenceLook } = fieldsOf(stored);
  return {
    saliency: readSaliency(saliency),
    adversarial: readAdversarial(adversarial),
    saliencyLook: readSaliencyLook(saliencyLook),
    differenceLook: readDifferenceLook(differenceLook),
  };
}

function readSaliency(stored: unknown): SaliencyChoices {
  const { method, sign, layer, target } = fieldsOf(stored);
  const initial = DEFAULT_SALIENCY;
  return {
    method: SALIENCY_METHODS.find((name) => name === method) ?? initial.method,
    sign: SALIENCY_SIGNS.find((name) => name === sign) ?? initial.sign,
    layer: typeof layer === 'string' && /^[A-Za-z0-9._]{1,64}$/.test(layer) ? layer : initial.layer,
    target: readTarget(target) ?? initial.target,
  };
}

function readAdversarial(stored: unknown): AdversarialChoices {
  const { target, steps, learningRate } = fieldsOf(stored);
  const initial = DEFAULT_ADVERSARIAL;
  return {
    target: readTarget(target) ?? initial.target,
    steps: isWhole(steps) && steps >= 1 && steps <= MAX_ADVERSARIAL_STEPS ? steps : initial.steps,
    learningRate: isShare(learningRate) && learningRate > 0 ? learningRate : initial.learningRate,
  };
}

function readTarget(stored: unknown): ExplainedClass | undefined {
  if (stored === 'predicted' || stored === 'label') return stored;
  return isWhole(stored) && stored >= 0 ? stored : undefined;
}

function readSaliencyLook(stored: unknown): SaliencyLook {
  const { colors, range, opacity, threshold } = fieldsOf(stored);
  const initial = DEFAULT_SALIENCY_LOOK;
  const [low, high] = Array.isArray(range) ? (range as unknown[]) : [];
  return {
    colors: SEQUENTIAL_MAPS.find((name) => name === colors) ?? initial.colors,
    range: isShare(low) && isShare(high) && low < high ? [low, high] : initial.range,
    opacity: isShare(opacity) ? opacity : initial.opacity,
    threshold: isShare(threshold) ? threshold : initial.threshold,
  };
}

function readDifferenceLook(stored: unknown): DifferenceLook {
  const { colors, range, opacity, threshold } = fieldsOf(stored);
  const initial = DEFAULT_DIFFERENCE_LOOK;
  return {
    colors: DIVERGING_MAPS.find((name) => name === colors) ?? initial.colors,
    range: isShare(range) && range > 0 ? range : initial.range,
    opacity: isShare(opacity) ? opacity : initial.opacity,
    threshold: isShare(threshold) ? threshold : initial.threshold,
  };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
