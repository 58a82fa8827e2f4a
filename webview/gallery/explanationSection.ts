import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import '../shared/maps/probabilityCurve.ts';
import { detailsStyles } from './detailsStyles.ts';
import { describeFacts } from './explanationFields.ts';
import type { ShownMap } from './layerPainter.ts';

const IMAGE_NAMES: Readonly<Record<ShownMap['image'], string>> = {
  synthetic: 'Synthetic image',
  source: 'Source image',
  image: 'Image',
};

/** What the maps of the layer say of the sample at the cursor. */
@customElement('tsynd-explanation')
export class ExplanationSection extends LitElement {
  static override readonly styles = [
    baseStyles,
    detailsStyles,
    css`
      :host {
        display: block;
        flex: none;
        min-height: auto;
        container-type: normal;
      }

      dl:not(:first-of-type) {
        margin-top: 12px;
      }

      tsynd-probability-curve {
        max-width: 280px;
        margin-top: 8px;
      }
    `,
  ];

  @property({ attribute: false }) maps: readonly ShownMap[] = [];
  @property({ attribute: false }) classNames: readonly string[] = [];

  override render(): TemplateResult {
    return html`<section aria-label="Explanation">
      <h3>Explanation</h3>
      ${this.maps.map((shown) => this.renderMap(shown))}
    </section>`;
  }

  private renderMap({ image, map, lack }: ShownMap): TemplateResult {
    const change = map?.facts.change;
    const fields = [
      { name: 'Of', value: IMAGE_NAMES[image] },
      ...(map ? describeFacts(map.facts, this.classNames) : []),
    ];
    return html`<dl>
        ${fields.map(
          ({ name, value }) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${lack ? html`<p class="small muted" role="status">${lack.text}${lack.isPending ? '…' : ''}</p>` : nothing}
      ${
        change
          ? html`<tsynd-probability-curve
              .probs=${change.probs}
              .flippedAt=${change.flippedAt}
            ></tsynd-probability-curve>`
          : nothing
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-explanation': ExplanationSection;
  }
}
