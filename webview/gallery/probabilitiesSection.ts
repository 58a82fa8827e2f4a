import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { listProbabilities, type ClassifiedRow } from './classProbabilities.ts';
import { detailsStyles } from './detailsStyles.ts';
import './probabilityBars.ts';

const MOST_CLASSES = 8;

/** What the classifier thinks of the row at the cursor; of many classes those that matter, until all are asked for. */
@customElement('tsynd-probabilities')
export class ProbabilitiesSection extends LitElement {
  static override readonly styles = [
    baseStyles,
    detailsStyles,
    css`
      :host {
        display: block;
        container-type: normal;
      }
    `,
  ];

  @property({ attribute: false }) row: ClassifiedRow | undefined;
  @property({ attribute: false }) classNames: readonly string[] = [];

  @state() private showsAll = false;

  override render(): TemplateResult | typeof nothing {
    const { row, classNames, showsAll } = this;
    if (!row) return nothing;
    const hidden = row.probs.length - MOST_CLASSES;
    return html`<section aria-label="Class probabilities">
      <h3>Class probabilities</h3>
      <tsynd-probability-bars
        .classes=${listProbabilities(row, classNames, showsAll ? Infinity : MOST_CLASSES)}
      ></tsynd-probability-bars>
      ${
        hidden > 0
          ? html`<button class="link" aria-expanded=${showsAll} @click=${() => (this.showsAll = !showsAll)}>
              ${showsAll ? 'Show fewer classes' : `Show ${hidden} more`}
            </button>`
          : nothing
      }
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-probabilities': ProbabilitiesSection;
  }
}
