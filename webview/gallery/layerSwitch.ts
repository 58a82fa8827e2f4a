import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { layerKey, LAYERS, LAYERS_OF, type LayerId } from './layers.ts';

/** Which layer the grid shows. Tells `layer-change` with the LayerId that a person has chosen; its owner keeps it. */
@customElement('tsynd-layer-switch')
export class LayerSwitch extends LitElement {
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

      .layer {
        height: 26px;
        padding: 0 8px;
        border: 1px solid transparent;
        border-radius: 3px;
        background: none;
        color: var(--vscode-foreground);
        font: inherit;
        cursor: pointer;
      }

      .layer:hover {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
        outline-offset: -1px;
      }

      .layer[aria-checked='true'] {
        border-color: var(--vscode-inputOption-activeBorder, transparent);
        background: var(--vscode-inputOption-activeBackground);
        color: var(--vscode-inputOption-activeForeground);
      }

      .layer:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }

      @media (forced-colors: active) {
        .layer {
          border-color: Canvas;
        }

        .layer[aria-checked='true'] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];

  @property({ attribute: false }) kind: GalleryKind = 'samples';
  @property({ attribute: false }) layer: LayerId = 'synthetic';

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'radiogroup';
    this.ariaLabel = 'Layer';
    this.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.onKey);
  }

  override render(): TemplateResult[] {
    return LAYERS_OF[this.kind].map((id, index, ids) => this.renderLayer(id, ids[index - 1]));
  }

  private renderLayer(id: LayerId, before: LayerId | undefined): TemplateResult {
    const { group, label, description } = LAYERS[id];
    const isActive = this.layer === id;
    const isFirst = group !== undefined && (before === undefined || LAYERS[before].group !== group);
    return html`${isFirst ? html`<span class="group-name" aria-hidden="true">${group}</span>` : nothing}<button
        class="layer"
        role="radio"
        aria-checked=${isActive}
        aria-label=${group === undefined ? label : `${group} ${label.toLowerCase()}`}
        tabindex=${isActive ? 0 : -1}
        title="${description} (${layerKey(this.kind, id)})"
        data-layer=${id}
        @click=${() => this.tell(id)}
      >
        ${label}
      </button>`;
  }

  /** A group of radio buttons is one stop of the tab key; the arrows go on inside it. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const layers = LAYERS_OF[this.kind];
    const layer = layers[(layers.indexOf(this.layer) + step + layers.length) % layers.length];
    this.tell(layer);
    this.renderRoot.querySelector<HTMLElement>(`[data-layer="${layer}"]`)?.focus();
  };

  private tell(layer: LayerId): void {
    this.dispatchEvent(new CustomEvent<LayerId>('layer-change', { detail: layer }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-layer-switch': LayerSwitch;
  }
}
