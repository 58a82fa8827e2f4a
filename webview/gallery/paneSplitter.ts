import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';

const STEP_PX = 16;

/**
 * The line between the grid and the pane after it, to drag or to move by the arrow keys. Tells `resize-pane` with the
 * pane's new size in px.
 */
@customElement('tsynd-pane-splitter')
export class PaneSplitter extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        position: relative;
        z-index: 1;
        flex: none;
        width: 1px;
        background: var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
        outline: none;
      }

      :host([orientation='horizontal']) {
        width: auto;
        height: 1px;
      }

      .grip {
        position: absolute;
        inset: 0 -3px;
        cursor: ew-resize;
        touch-action: none;
      }

      :host([orientation='horizontal']) .grip {
        inset: -3px 0;
        cursor: ns-resize;
      }

      .grip:hover,
      .grip:focus-visible {
        background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
      }
    `,
  ];

  /** Of the line itself: a vertical one has the pane to its right. */
  @property({ reflect: true }) orientation: 'vertical' | 'horizontal' = 'vertical';
  /** Of the pane, in px. */
  @property({ type: Number }) size = 0;
  @property({ type: Number }) least = 0;
  @property({ type: Number }) most = 0;

  private start: { readonly at: number; readonly size: number } | undefined;

  override render(): TemplateResult {
    return html`<div
      class="grip"
      role="separator"
      tabindex="0"
      aria-label="Size of the details"
      aria-orientation=${this.orientation}
      aria-valuemin=${this.least}
      aria-valuemax=${this.most}
      aria-valuenow=${this.size}
      @keydown=${this.onKey}
      @pointerdown=${this.onPointerDown}
      @pointermove=${this.onPointerMove}
      @pointerup=${() => (this.start = undefined)}
      @pointercancel=${() => (this.start = undefined)}
    ></div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const size = {
      ArrowLeft: this.size + STEP_PX,
      ArrowUp: this.size + STEP_PX,
      ArrowRight: this.size - STEP_PX,
      ArrowDown: this.size - STEP_PX,
      Home: this.most,
      End: this.least,
    }[event.key];
    if (size === undefined) return;
    event.preventDefault();
    this.tell(size);
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.start = { at: this.positionOf(event), size: this.size };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (this.start) this.tell(this.start.size - (this.positionOf(event) - this.start.at));
  };

  private positionOf(event: PointerEvent): number {
    return this.orientation === 'vertical' ? event.clientX : event.clientY;
  }

  private tell(size: number): void {
    const detail = Math.round(Math.min(this.most, Math.max(this.least, size)));
    if (detail !== this.size) this.dispatchEvent(new CustomEvent<number>('resize-pane', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-pane-splitter': PaneSplitter;
  }
}
