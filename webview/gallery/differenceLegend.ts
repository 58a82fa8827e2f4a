import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import type { ThemeKind } from '../../src/color/divergingColors.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import type { Dropdown } from '../shared/controls.ts';
import { keepCharacters } from '../shared/keepCharacters.ts';
import { DIFFERENCE_RANGES, differenceColors, type DifferenceRange } from './signedDifference.ts';
import { tellTextFocus } from '../shared/textFocus.ts';

const VALUES = 511;

/** What the colours of the difference mean, in grey levels, and how many of them the scale spans. */
@customElement('tsynd-difference-legend')
export class DifferenceLegend extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }

      .scale {
        display: flex;
        align-items: center;
        gap: 6px;
        font-size: 11px;
      }

      @media (max-width: 1100px) {
        .muted {
          display: none;
        }
      }

      canvas {
        width: 128px;
        height: 10px;
        border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
        forced-color-adjust: none;
      }

      vscode-dropdown {
        width: 76px;
      }
    `,
  ];

  @property({ attribute: false }) range: DifferenceRange = 64;
  @property({ attribute: false }) theme: ThemeKind = 'dark';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('vscode-dropdown') private readonly dropdown!: Dropdown;

  override render(): TemplateResult {
    return html`
      <span class="scale numbers">
        <span>−${this.range}</span>
        <canvas
          width=${VALUES}
          height="1"
          role="img"
          aria-label="From blue, darker than the source, over neutral, unchanged, to orange, brighter than the source"
        ></canvas>
        <span>+${this.range} grey levels</span>
      </span>
      <span class="muted">synthetic − source</span>
      <vscode-dropdown
        aria-label="Range of the difference, in grey levels"
        @change=${this.onChange}
        @focusin=${tellTextFocus}
        @focusout=${tellTextFocus}
        @keydown=${keepCharacters}
      >
        ${DIFFERENCE_RANGES.map(
          (range) =>
            html`<vscode-option value=${range} ?selected=${range === this.range}>± ${range}</vscode-option>`,
        )}
      </vscode-dropdown>
    `;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const colors = differenceColors(this.range, this.theme);
    const row = new ImageData(VALUES, 1);
    for (let x = 0; x < VALUES; x++) {
      const value = Math.round(((x / (VALUES - 1)) * 2 - 1) * this.range);
      row.data.set(colors.subarray((value + 255) * 4, (value + 256) * 4), x * 4);
    }
    this.canvas.getContext('2d')?.putImageData(row, 0, 0);
    if (this.dropdown.value !== String(this.range)) this.dropdown.value = String(this.range);
  }

  private readonly onChange = (): void => {
    const range = DIFFERENCE_RANGES.find((candidate) => String(candidate) === this.dropdown.value);
    if (range === undefined || range === this.range) return;
    this.dispatchEvent(new CustomEvent<DifferenceRange>('range-change', { detail: range }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-difference-legend': DifferenceLegend;
  }
}
