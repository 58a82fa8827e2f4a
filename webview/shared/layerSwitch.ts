import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from './baseStyles.ts';
import type { LayerOption } from './layerOption.ts';

/** Which layer is shown. Tells `layer-change` with the id of another one; its owner keeps it. */
@customElement('tsynd-layers')
export class LayerSwitch extends LitElement {
  @property({ attribute: false }) options: readonly LayerOption[] = [];
  @property({ attribute: false }) layer = '';

  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px;
      }

      .group-name {
        padding-left: 8px;
        color: var(--vscode-descriptionForeground);
        font-size: 11px;
      }

      button {
        height: 26px;
        padding: 0 8px;
        border: 1px solid transparent;
        border-radius: 3px;
        background: none;
        color: var(--vscode-foreground);
        font: inherit;
        cursor: pointer;
      }

      button:hover {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
        outline-offset: -1px;
      }

      button[aria-checked='true'] {
        border-color: var(--vscode-inputOption-activeBorder, transparent);
        background: var(--vscode-inputOption-activeBackground);
        color: var(--vscode-inputOption-activeForeground);
      }

      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }

      @media (forced-colors: active) {
        button {
          border-color: Canvas;
        }

        button[aria-checked='true'] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'radiogroup';
    this.ariaLabel = 'Layer';
    this.addEventListener('keydown', this.keyPressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.keyPressed);
  }

  override render(): TemplateResult[] {
    return this.options.map((option, index) => {
      const isFirst = option.group !== undefined && option.group !== this.options[index - 1]?.group;
      return html`${
        isFirst ? html`<span class="group-name" aria-hidden="true">${option.group}</span>` : nothing
      }${this.button(option)}`;
    });
  }

  private button({ id, label, title, group }: LayerOption): TemplateResult {
    const isShown = id === this.layer;
    return html`<button
      class="layer"
      role="radio"
      aria-checked=${isShown}
      aria-label=${group === undefined ? label : `${group} ${label.toLowerCase()}`}
      tabindex=${isShown ? 0 : -1}
      title=${title}
      data-layer=${id}
      @click=${() => this.choose(id)}
    >
      ${label}
    </button>`;
  }

  private choose(layer: string): void {
    if (layer === this.layer) return;
    this.dispatchEvent(new CustomEvent<string>('layer-change', { detail: layer }));
  }

  /** A group of radio buttons is one stop of the tab key; the arrows go on inside it. */
  private readonly keyPressed = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const ids = this.options.map(({ id }) => id);
    const layer = ids.at((ids.indexOf(this.layer) + step) % ids.length);
    if (layer === undefined) return;
    this.choose(layer);
    this.renderRoot.querySelector<HTMLElement>(`[data-layer="${layer}"]`)?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-layers': LayerSwitch;
  }
}
