import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls, type Dropdown } from '../shared/controls.ts';

/** A choice with its name before it. Tells `choose` with the value that a person has chosen; its owner keeps it. */
@customElement('tsynd-choice-field')
export class ChoiceField extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }

      vscode-dropdown {
        min-width: 72px;
      }
    `,
  ];

  @property({ attribute: false }) name = '';
  @property({ attribute: false }) value = '';
  @property({ attribute: false }) isDisabled = false;
  /** Values and what they are called. */
  @property({ attribute: false }) options: readonly (readonly [value: string, text: string])[] = [];

  constructor() {
    super();
    registerControls();
  }

  override render(): TemplateResult {
    return html`<span aria-hidden="true">${this.name}</span>
      <vscode-dropdown aria-label=${this.name} ?disabled=${this.isDisabled} @change=${this.changed}>
        ${this.options.map(
          ([value, text]) =>
            html`<vscode-option value=${value} ?selected=${value === this.value}>${text}</vscode-option>`,
        )}
      </vscode-dropdown>`;
  }

  /** A dropdown knows its options only after they were drawn. */
  override updated(): void {
    const dropdown = this.renderRoot.querySelector<Dropdown>('vscode-dropdown');
    if (dropdown && dropdown.value !== this.value) dropdown.value = this.value;
  }

  private readonly changed = (event: Event): void => {
    const { value } = event.currentTarget as Dropdown;
    if (value !== this.value && this.options.some(([known]) => known === value)) {
      this.dispatchEvent(new CustomEvent<string>('choose', { detail: value }));
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-choice-field': ChoiceField;
  }
}
