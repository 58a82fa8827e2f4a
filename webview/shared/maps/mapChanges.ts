import type { DifferenceLook, SaliencyLook } from '../../../src/color/mapLook.ts';
import type {
  AdversarialChoices,
  ExplainedClass,
  MapRequest,
  SaliencyChoices,
} from '../../../src/protocol/explanations.ts';
import type { MapState } from './mapState.ts';
import type { MapKind } from './mapWords.ts';

/** What the ends of a range stay apart, so that there is always a colour between them. */
export const SMALLEST_RANGE = 0.05;

export function withSaliency(state: MapState, change: Partial<SaliencyChoices>): MapState {
  return { ...state, saliency: { ...state.saliency, ...change } };
}

export function withAdversarial(state: MapState, change: Partial<AdversarialChoices>): MapState {
  return { ...state, adversarial: { ...state.adversarial, ...change } };
}

export function withSaliencyLook(state: MapState, change: Partial<SaliencyLook>): MapState {
  return { ...state, saliencyLook: { ...state.saliencyLook, ...change } };
}

export function withDifferenceLook(state: MapState, change: Partial<DifferenceLook>): MapState {
  return { ...state, differenceLook: { ...state.differenceLook, ...change } };
}

/** With one end of the saliency's range moved; it pushes the other one along rather than pass it. */
export function withRangeEnd(state: MapState, end: 'low' | 'high', value: number): MapState {
  const [low, high] = state.saliencyLook.range;
  if (end === 'low') {
    const moved = Math.min(value, 1 - SMALLEST_RANGE);
    return withSaliencyLook(state, { range: [moved, Math.max(high, round(moved + SMALLEST_RANGE))] });
  }
  const moved = Math.max(value, SMALLEST_RANGE);
  return withSaliencyLook(state, { range: [Math.min(low, round(moved - SMALLEST_RANGE)), moved] });
}

/** What the state asks of each image. */
export function requestOf(state: MapState, kind: MapKind): MapRequest {
  return kind === 'saliency' ? { kind, choices: state.saliency } : { kind, choices: state.adversarial };
}

/** A choice of a class as a dropdown's value, and back. */
export function valueOfTarget(target: ExplainedClass): string {
  return String(target);
}

export function targetOfValue(value: string): ExplainedClass {
  return value === 'predicted' || value === 'label' ? value : Number(value);
}

/** Steps of 0.05 are no binary fractions. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
