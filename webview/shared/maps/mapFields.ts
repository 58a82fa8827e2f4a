import { html, type TemplateResult } from 'lit';

import type { Dropdown } from '../controls.ts';
import '../hint.ts';
import { keepCharacters } from '../keepCharacters.ts';
import { tellTextFocus } from '../textFocus.ts';
import type { MapState } from './mapState.ts';

export interface Choice<T extends string> {
  readonly name: string;
  readonly hint: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  /** For names that a narrow field would cut off. */
  readonly isWide?: boolean;
  readonly change: (value: T) => MapState;
}

export interface Slider {
  readonly name: string;
  readonly hint: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value in words. */
  readonly text: string;
  /** Whether each position on the way counts, or only that at which it is let go: what costs computing waits. */
  readonly isLive: boolean;
  readonly change: (value: number) => MapState;
}

/** `tell` is given the state that a person's choice leads to. */
export function choiceField<T extends string>(
  { name, hint, value, options, isWide, change }: Choice<T>,
  tell: (state: MapState) => void,
): TemplateResult {
  const chosen = (event: Event): void => {
    const option = options.find(([known]) => known === (event.currentTarget as Dropdown).value);
    if (option && option[0] !== value) tell(change(option[0]));
  };
  return html`<div class="field ${isWide ? 'wide' : ''}">
    <span class="name"><tsynd-hint text=${hint}>${name}</tsynd-hint></span>
    <vscode-dropdown
      aria-label=${name}
      data-value=${value}
      @change=${chosen}
      @focusin=${tellTextFocus}
      @focusout=${tellTextFocus}
      @keydown=${keepCharacters}
    >
      ${options.map(
        ([option, label]) =>
          html`<vscode-option value=${option} ?selected=${option === value}>${label}</vscode-option>`,
      )}
    </vscode-dropdown>
  </div>`;
}

export function sliderField(
  { name, hint, value, min, max, step, text, isLive, change }: Slider,
  tell: (state: MapState) => void,
): TemplateResult {
  const moved = (event: Event): void => {
    const next = (event.currentTarget as HTMLInputElement).valueAsNumber;
    if (next !== value) tell(change(next));
  };
  return html`<div class="field">
    <span class="name">
      <tsynd-hint text=${hint}>${name}</tsynd-hint><span class="numbers" aria-hidden="true">${text}</span>
    </span>
    <input
      type="range"
      aria-label=${name}
      aria-valuetext=${text}
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      @input=${isLive ? moved : null}
      @change=${isLive ? null : moved}
    />
  </div>`;
}
