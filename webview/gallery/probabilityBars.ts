import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import type { ClassProbability } from './classProbabilities.ts';
import { formatNumber } from './formatting.ts';

/** For each class a bar of what the classifier thinks of the image; of a sample one for its source before it. */
@customElement('tsynd-probability-bars')
export class ProbabilityBars extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }

      ul {
        display: grid;
        gap: 8px;
        list-style: none;
      }

      .head,
      .bar {
        display: grid;
        align-items: center;
        gap: 8px;
      }

      .head {
        grid-template-columns: 1fr auto;
      }

      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .bar {
        grid-template-columns: 40px 1fr 44px;
        font-size: 11px;
        line-height: 16px;
      }

      .value {
        text-align: right;
      }

      .track {
        height: 6px;
        background: color-mix(in srgb, var(--vscode-foreground) 10%, transparent);
      }

      .fill {
        height: 100%;
        width: 0;
        background: var(--vscode-descriptionForeground);
      }

      .bar.only {
        grid-template-columns: 1fr 44px;
      }

      .after .fill,
      .only .fill {
        background: var(--vscode-focusBorder);
      }

      @media (forced-colors: active) {
        .track {
          border: 1px solid CanvasText;
          height: 8px;
        }

        .fill {
          background: CanvasText;
          forced-color-adjust: none;
        }

        .after .fill,
        .only .fill {
          background: Highlight;
        }
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly ClassProbability[] = [];

  override render(): TemplateResult {
    return html`<ul>
      ${this.classes.map(
        ({ name, before, after, isLabel, isPredicted }) =>
          html`<li>
            <div class="head">
              <span class="name" title=${name}>${name}</span>
              <span class="small muted"
                >${isLabel ? 'label' : nothing}${isLabel && isPredicted ? ', ' : nothing}${
                  isPredicted ? 'predicted' : nothing
                }</span
              >
            </div>
            ${before === undefined ? this.renderBar('', after) : [this.renderBar('before', before), this.renderBar('after', after)]}
          </li>`,
      )}
    </ul>`;
  }

  /** Widths are set through the object model, which the page's content policy allows. */
  override updated(): void {
    for (const fill of this.renderRoot.querySelectorAll<HTMLElement>('.fill')) {
      fill.style.width = `${Math.min(1, Math.max(0, Number(fill.dataset.share) || 0)) * 100}%`;
    }
  }

  private renderBar(when: 'before' | 'after' | '', probability: number): TemplateResult {
    return html`<div class="bar ${when || 'only'}">
      ${when ? html`<span class="muted">${when}</span>` : nothing}
      <div class="track" aria-hidden="true"><div class="fill" data-share=${probability}></div></div>
      <span class="value numbers">${formatNumber(probability)}</span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-probability-bars': ProbabilityBars;
  }
}
