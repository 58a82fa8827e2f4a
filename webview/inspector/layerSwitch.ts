import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from '../shared/baseStyles.ts';
import { INSPECTOR_LAYERS, LAYER_NAMES, LAYER_TITLES, type InspectorLayer } from './layers.ts';

/** Which layer is shown. Tells `layer-change` with another one; its owner keeps it. */
@customElement('tsynd-layer-switch')
export class LayerSwitch extends LitElement {
  @property({ attribute: false }) layer: InspectorLayer = 'image';

  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        gap: 2px;
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

  override render(): TemplateResult {
    return html`${INSPECTOR_LAYERS.map((layer) => {
      const isShown = layer === this.layer;
      return html`<button
        role="radio"
        aria-checked=${isShown}
        tabindex=${isShown ? 0 : -1}
        title=${LAYER_TITLES[layer]}
        data-layer=${layer}
        @click=${() => this.choose(layer)}
      >
        ${LAYER_NAMES[layer]}
      </button>`;
    })}`;
  }

  private choose(layer: InspectorLayer): void {
    if (layer === this.layer) return;
    this.dispatchEvent(new CustomEvent<InspectorLayer>('layer-change', { detail: layer }));
  }

  /** A group of radio buttons is one stop of the tab key; the arrows go on inside it. */
  private readonly keyPressed = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const index = INSPECTOR_LAYERS.indexOf(this.layer) + step + INSPECTOR_LAYERS.length;
    const layer = INSPECTOR_LAYERS[index % INSPECTOR_LAYERS.length];
    this.choose(layer);
    this.renderRoot.querySelector<HTMLElement>(`[data-layer="${layer}"]`)?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-layer-switch': LayerSwitch;
  }
}
