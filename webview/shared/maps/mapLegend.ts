import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { COLOR_STEPS } from '../../../src/color/bakeColors.ts';
import type { ColorScale } from '../../../src/color/mapLook.ts';
import { baseStyles } from '../baseStyles.ts';
import { legendRow } from './legendRow.ts';
import { DIFFERENCE_UNIT, SALIENCY_UNIT, type MapKind } from './mapWords.ts';

/** What the colours of a map stand for, with their unit; what is below the threshold is left out of the bar. */
@customElement('tsynd-map-legend')
export class MapLegend extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 12px;
        font-size: 11px;
      }

      .scale {
        display: flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }

      canvas {
        width: clamp(64px, 20vw, 160px);
        height: 10px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border, currentColor));
        forced-color-adjust: none;
      }
    `,
  ];

  @property({ attribute: false }) scale: ColorScale | undefined;
  @property({ attribute: false }) kind: MapKind = 'saliency';
  /** What the values are measured in; the usual unit of the kind when absent. */
  @property({ attribute: false }) unit: string | undefined;
  /** The value under the pointer, in words. */
  @property({ attribute: false }) reading: string | undefined;

  @query('canvas') private readonly canvas!: HTMLCanvasElement | null;

  override render(): TemplateResult {
    const { scale, kind } = this;
    if (!scale) return html``;
    const unit = this.unit ?? (kind === 'saliency' ? SALIENCY_UNIT : DIFFERENCE_UNIT);
    const isSigned = scale.low < 0;
    const [low, high] = [formatEnd(scale.low, isSigned), formatEnd(scale.high, isSigned)];
    const middle = isSigned ? ', unchanged in the middle,' : '';
    return html`
      <span class="scale numbers">
        <span>${low}</span>
        <canvas
          width=${COLOR_STEPS}
          height="1"
          role="img"
          aria-label="Colours from ${low}${middle} to ${high}, ${unit}"
        ></canvas>
        <span>${high}</span>
        <span class="muted">${unit}</span>
      </span>
      ${this.reading === undefined ? nothing : html`<span class="numbers">${this.reading}</span>`}
    `;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.scale || !this.canvas) return;
    this.canvas.getContext('2d')?.putImageData(new ImageData(legendRow(this.scale), COLOR_STEPS, 1), 0, 0);
  }
}

function formatEnd(value: number, isSigned: boolean): string {
  const size = String(Math.round(Math.abs(value) * 100) / 100);
  if (!isSigned || value === 0) return size;
  return `${value < 0 ? '−' : '+'}${size}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-map-legend': MapLegend;
  }
}
