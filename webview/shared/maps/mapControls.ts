import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { DIVERGING_MAPS } from '../../../src/color/divergingColors.ts';
import { SEQUENTIAL_MAPS } from '../../../src/color/sequentialColors.ts';
import {
  MAX_ADVERSARIAL_STEPS,
  METHOD_NAMES,
  SALIENCY_METHODS,
  SALIENCY_SIGNS,
  layerPlace,
  type ExplainedClass,
} from '../../../src/protocol/explanations.ts';
import { baseStyles } from '../baseStyles.ts';
import { registerControls, type Dropdown } from '../controls.ts';
import {
  SMALLEST_RANGE,
  targetOfValue,
  valueOfTarget,
  withAdversarial,
  withDifferenceLook,
  withRangeEnd,
  withSaliency,
  withSaliencyLook,
} from './mapChanges.ts';
import { choiceField, sliderField, type Choice, type Slider } from './mapFields.ts';
import { mapControlsStyles } from './mapControlsStyles.ts';
import { INITIAL_MAP_STATE, type MapState } from './mapState.ts';
import {
  DIVERGING_NAMES,
  formatMapValue,
  HINTS,
  SEQUENTIAL_NAMES,
  SIGN_NAMES,
  type MapKind,
} from './mapWords.ts';

const STEPS_STEP = 5;
const SHARE_STEP = 0.05;
/** Ranges of differences, and thresholds; those of real changes are at the small end. */
const SMALLEST_DIFFERENCE = 0.01;
const LARGEST_DIFFERENCE = 0.5;

/** What is mapped and how it is drawn. Tells `map-change` with the new MapState; its owner keeps it. */
@customElement('tsynd-map-controls')
export class MapControls extends LitElement {
  static override readonly styles = [baseStyles, mapControlsStyles];

  @property({ attribute: false }) kind: MapKind = 'saliency';
  @property({ attribute: false }) state: MapState = INITIAL_MAP_STATE;
  /** Layers of the classifier that can be mapped. */
  @property({ attribute: false }) layers: readonly string[] = [];
  @property({ attribute: false }) classNames: readonly string[] = [];

  constructor() {
    super();
    registerControls();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'group';
    this.ariaLabel = 'Map';
  }

  override render(): TemplateResult {
    return this.kind === 'saliency' ? this.saliency() : this.adversarial();
  }

  /** Dropdowns know their options only after they were drawn. */
  override updated(): void {
    for (const dropdown of this.renderRoot.querySelectorAll<Dropdown>('vscode-dropdown')) {
      const { value } = dropdown.dataset;
      if (value !== undefined && dropdown.value !== value) dropdown.value = value;
    }
  }

  private saliency(): TemplateResult {
    const { state } = this;
    const { method, sign, layer, target } = state.saliency;
    const { colors, range, opacity, threshold } = state.saliencyLook;
    const layers = this.layers.length > 0 ? this.layers : [layer];
    return html`
      ${this.choice({
        name: 'Method',
        hint: HINTS.method,
        value: method,
        options: namesOf(SALIENCY_METHODS, METHOD_NAMES),
        isWide: true,
        change: (chosen) => withSaliency(state, { method: chosen }),
      })}
      ${this.choice({
        name: 'Sign',
        hint: HINTS.sign,
        value: sign,
        options: namesOf(SALIENCY_SIGNS, SIGN_NAMES),
        change: (chosen) => withSaliency(state, { sign: chosen }),
      })}
      ${this.choice({
        name: 'Layer',
        hint: HINTS.layer,
        value: layers.includes(layer) ? layer : (layers[layerPlace(layer)] ?? layer),
        options: layers.map((name) => [name, name] as const),
        change: (chosen) => withSaliency(state, { layer: chosen }),
      })}
      ${this.targetChoice('Class explained', HINTS.saliencyTarget, target, (chosen) =>
        withSaliency(state, { target: chosen }),
      )}
      ${this.choice({
        name: 'Colours',
        hint: HINTS.sequential,
        value: colors,
        options: namesOf(SEQUENTIAL_MAPS, SEQUENTIAL_NAMES),
        isWide: true,
        change: (chosen) => withSaliencyLook(state, { colors: chosen }),
      })}
      ${this.slider({
        ...shareSlider('Lowest', HINTS.low, range[0]),
        max: 1 - SMALLEST_RANGE,
        change: (value) => withRangeEnd(state, 'low', value),
      })}
      ${this.slider({
        ...shareSlider('Highest', HINTS.high, range[1]),
        min: SMALLEST_RANGE,
        change: (value) => withRangeEnd(state, 'high', value),
      })}
      ${this.opacity(opacity, (value) => withSaliencyLook(state, { opacity: value }))}
      ${this.slider({
        ...shareSlider('Threshold', HINTS.saliencyThreshold, threshold),
        change: (value) => withSaliencyLook(state, { threshold: value }),
      })}
    `;
  }

  private adversarial(): TemplateResult {
    const { state } = this;
    const { target, steps } = state.adversarial;
    const { colors, range, opacity, threshold } = state.differenceLook;
    return html`
      ${this.targetChoice('Class to lose', HINTS.adversarialTarget, target, (chosen) =>
        withAdversarial(state, { target: chosen }),
      )}
      ${this.choice({
        name: 'Colours',
        hint: HINTS.diverging,
        value: colors,
        options: namesOf(DIVERGING_MAPS, DIVERGING_NAMES),
        isWide: true,
        change: (chosen) => withDifferenceLook(state, { colors: chosen }),
      })}
      ${this.slider({
        name: 'Steps',
        hint: HINTS.steps,
        value: steps,
        min: STEPS_STEP,
        max: MAX_ADVERSARIAL_STEPS,
        step: STEPS_STEP,
        text: String(steps),
        isLive: false,
        change: (value) => withAdversarial(state, { steps: value }),
      })}
      ${this.slider({
        ...shareSlider('Range', HINTS.range, range),
        min: SMALLEST_DIFFERENCE,
        max: LARGEST_DIFFERENCE,
        step: SMALLEST_DIFFERENCE,
        text: `± ${range.toFixed(2)}`,
        change: (value) => withDifferenceLook(state, { range: value }),
      })}
      ${this.opacity(opacity, (value) => withDifferenceLook(state, { opacity: value }))}
      ${this.slider({
        ...shareSlider('Threshold', HINTS.differenceThreshold, threshold),
        max: LARGEST_DIFFERENCE,
        step: SMALLEST_DIFFERENCE,
        change: (value) => withDifferenceLook(state, { threshold: value }),
      })}
    `;
  }

  private targetChoice(
    name: string,
    hint: string,
    target: ExplainedClass,
    change: (target: ExplainedClass) => MapState,
  ): TemplateResult {
    const numbers = this.classNames.map((className, index) => [valueOfTarget(index), className] as const);
    const options: (readonly [string, string])[] = [
      ['predicted', 'Predicted'],
      ['label', 'Labelled'],
      ...numbers,
    ];
    const value = valueOfTarget(target);
    if (!options.some(([known]) => known === value)) options.push([value, `Class ${value}`]);
    return this.choice({
      name,
      hint,
      value,
      options,
      isWide: true,
      change: (chosen) => change(targetOfValue(chosen)),
    });
  }

  private opacity(value: number, change: (value: number) => MapState): TemplateResult {
    const text = `${Math.round(value * 100)}\u00a0%`;
    return this.slider({ ...shareSlider('Opacity', HINTS.opacity, value), text, change });
  }

  private choice<T extends string>(choice: Choice<T>): TemplateResult {
    return choiceField(choice, (state) => this.tell(state));
  }

  private slider(slider: Slider): TemplateResult {
    return sliderField(slider, (state) => this.tell(state));
  }

  private tell(state: MapState): void {
    this.dispatchEvent(new CustomEvent<MapState>('map-change', { detail: state }));
  }
}

/** A slider of values from 0 to 1. */
function shareSlider(name: string, hint: string, value: number): Omit<Slider, 'change'> {
  const text = formatMapValue('saliency', value);
  return { name, hint, value, min: 0, max: 1, step: SHARE_STEP, text, isLive: true };
}

function namesOf<T extends string>(
  values: readonly T[],
  names: Readonly<Record<T, string>>,
): readonly (readonly [T, string])[] {
  return values.map((value) => [value, names[value]] as const);
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-map-controls': MapControls;
  }
}
