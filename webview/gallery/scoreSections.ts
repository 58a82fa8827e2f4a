import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { ScoreDetails } from '../../src/protocol/scoreTable.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { detailsStyles } from './detailsStyles.ts';
import { formatLabel } from './formatting.ts';
import type { GalleryModel } from './galleryModel.ts';
import type { LoadedRun } from './loadedRun.ts';
import './probabilitiesSection.ts';
import { describeScore } from './recordFields.ts';
import './recordSections.ts';
import { isSameLabel } from './sampleView.ts';

/** What is known of a scored image: probabilities, where it lies, its copies, and every field of its line. */
@customElement('tsynd-score-sections')
export class ScoreSections extends LitElement {
  static override readonly styles = [
    baseStyles,
    detailsStyles,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) details!: ScoreDetails;
  @property({ attribute: false }) row = 0;

  override render(): TemplateResult | typeof nothing {
    const { details, row } = this;
    const { run } = this.model;
    if (!run) return nothing;
    const { classNames } = run;
    const [label, predicted] = [run.table.labels[row], run.table.predictedLabels[row]];
    return html`<div class="columns">
      <tsynd-probabilities
        .row=${{ probs: details.probs, label, predicted }}
        .classNames=${classNames}
      ></tsynd-probabilities>
      ${this.renderFile()} ${this.renderCopies(run, classNames)}
      <tsynd-record-sections .groups=${describeScore(details, classNames)}></tsynd-record-sections>
    </div>`;
  }

  private renderFile(): TemplateResult {
    const { id, source } = this.details;
    const name = source.file ?? `${source.path}, ${source.split} image ${source.index}`;
    const open = (): void => void this.model.ask('gallery/openSource', id);
    return html`<section>
      <h3>File</h3>
      ${
        source.exists
          ? html`<button class="link" role="link" title="Open ${source.path}" @click=${open}>${name}</button>`
          : html`${name} <span class="muted">(not there any more)</span>`
      }
    </section>`;
  }

  private renderCopies(
    { table, rowOfId }: LoadedRun,
    classNames: readonly string[],
  ): TemplateResult | typeof nothing {
    const { copies } = this.details;
    if (copies.length === 0) return nothing;
    return html`<section>
      <h3>Same pixels</h3>
      <ul>
        ${copies.map((id) => {
          const copy = rowOfId.get(id);
          const isOther = copy !== undefined && !isSameLabel(table.labels[copy], table.labels[this.row]);
          return html`<li>
            <button class="link" role="link" @click=${() => this.model.goTo(id)}>${id}</button>
            ${isOther ? html`<span class="conflict">labelled ${formatLabel(table.labels[copy], classNames)}</span>` : nothing}
          </li>`;
        })}
      </ul>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-score-sections': ScoreSections;
  }
}
