import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import type { SampleDetails } from '../../src/protocol/sampleTable.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { icon } from '../shared/icons.ts';
import type { CompareMode } from '../shared/imageView/compareMode.ts';
import '../shared/imageView/compareView.ts';
import { listProbabilities } from './classProbabilities.ts';
import { detailsStyles } from './detailsStyles.ts';
import './explanationSection.ts';
import { formatCount } from './formatting.ts';
import type { GalleryModel } from './galleryModel.ts';
import type { LoadedRun } from './loadedRun.ts';
import type { CachedImage, ImageCache } from './imageCache.ts';
import type { LayerPainter } from './layerPainter.ts';
import { ModelController } from './modelController.ts';
import './probabilityBars.ts';
import { describeRecord } from './recordFields.ts';
import type { SampleLoader } from './sampleLoader.ts';
import type { DecisionState } from './sampleView.ts';
import { positionOf, select } from './selection.ts';

const MOST_CLASSES = 8;

const DECISION_TEXTS: Readonly<Record<DecisionState, TemplateResult>> = {
  undecided: html`<span class="muted">Undecided</span>`,
  accepted: html`<span class="decision accepted">${icon('accept')}Accepted</span>`,
  rejected: html`<span class="decision rejected">${icon('reject')}Rejected</span>`,
};

/** The sample at the cursor: its images enlarged, what the classifier thinks of it, and every field of its record. */
@customElement('tsynd-sample-details')
export class SampleDetailsPane extends LitElement {
  static override readonly styles = [baseStyles, detailsStyles];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) painter!: LayerPainter;
  @property({ attribute: false }) loader!: SampleLoader;

  @state() private showsAllClasses = false;

  constructor() {
    super();
    new ModelController(this);
  }

  private get cache(): ImageCache {
    return this.painter.cache;
  }

  override render(): TemplateResult {
    const { run, selection, view } = this.model;
    const { cursor } = selection;
    if (!run || cursor === undefined) {
      return html`${this.renderHeader('Details')}
        <p class="empty">Select a sample to see its images, its probabilities and its record.</p>`;
    }
    const id = run.table.ids[cursor];
    const position = positionOf(view, cursor);
    return html`
      ${this.renderHeader(id, position)}
      <div class="body" tabindex="-1">
        <div class="facts">
          <span>${DECISION_TEXTS[run.curation.stateOf(cursor)]}</span>
          <span class="small muted numbers">${formatCount(position + 1)} of ${formatCount(view.length)}</span>
        </div>
        ${this.renderImages(id)} ${this.renderExplanation(run, id)} ${this.renderDetails(run, cursor)}
      </div>
    `;
  }

  private renderHeader(title: string, position?: number): TemplateResult {
    const { model } = this;
    const { selection, view } = model;
    const go = (to: number): void => model.setSelection(select(selection, view, view[to], 'single'));
    const step = (name: 'previous' | 'next', label: string, to: number): TemplateResult =>
      html`<vscode-button
        appearance="icon"
        aria-label=${label}
        title=${label}
        ?disabled=${to < 0 || to >= view.length}
        @click=${() => go(to)}
        >${icon(name)}</vscode-button
      >`;
    return html`<header>
      <h2 title=${title}>${title}</h2>
      <span class="spacer"></span>
      ${
        position === undefined
          ? nothing
          : [step('previous', 'Previous sample', position - 1), step('next', 'Next sample', position + 1)]
      }
      <vscode-button
        appearance="icon"
        aria-label="Close the details"
        title="Close the details"
        @click=${() => model.showDetails(false)}
        >${icon('close')}</vscode-button
      >
    </header>`;
  }

  private renderImages(id: string): TemplateResult {
    const imageOf = (of: GalleryImage): CachedImage | undefined => this.cache.get({ of, id })?.value;
    return html`<tsynd-compare-view
      .source=${imageOf('source')}
      .synthetic=${imageOf('synthetic')}
      .sourceMissing=${this.whyMissing('source', id)}
      .syntheticMissing=${this.whyMissing('synthetic', id)}
      .mode=${this.model.state.compareMode}
      @mode-change=${({ detail }: CustomEvent<CompareMode>) => this.model.update({ compareMode: detail })}
    ></tsynd-compare-view>`;
  }

  /** Of the layer that the grid shows. */
  private renderExplanation({ snapshot }: LoadedRun, id: string): TemplateResult | typeof nothing {
    const maps = this.painter.shownMaps(id);
    if (maps.length === 0) return nothing;
    return html`<tsynd-explanation
      .maps=${maps}
      .classNames=${snapshot.run.dataset?.classNames ?? []}
    ></tsynd-explanation>`;
  }

  /** Undefined while an image is on its way, too. */
  private whyMissing(of: GalleryImage, id: string): string | undefined {
    const entry = this.cache.get({ of, id });
    if (!entry) return this.cache.troubleOf(of);
    return entry.value ? undefined : entry.missing;
  }

  private renderDetails(run: LoadedRun, row: number): TemplateResult {
    const { sample } = this.loader;
    switch (sample.kind) {
      case 'none':
      case 'loading':
        return html`<div aria-label="Loading the record" role="status">
          ${[1, 2, 3, 4, 5].map(() => html`<div class="skeleton"></div>`)}
        </div>`;
      case 'failed':
        return html`<div class="failed" role="alert">
          <p>${sample.error.message} ${sample.error.remedy ?? ''}</p>
          <vscode-button appearance="secondary" @click=${() => this.loader.retry()}>Try again</vscode-button>
        </div>`;
      case 'loaded':
        return this.renderRecord(run, row, sample.details);
    }
  }

  private renderRecord({ snapshot, table }: LoadedRun, row: number, details: SampleDetails): TemplateResult {
    const classNames = snapshot.run.dataset?.classNames ?? [];
    const { probsBefore, probsAfter } = details;
    const sample = {
      probsBefore,
      probsAfter,
      label: table.labels[row],
      predicted: table.predictedLabels[row],
    };
    const most = this.showsAllClasses ? Infinity : MOST_CLASSES;
    const hidden = probsAfter.length - MOST_CLASSES;
    return html`
      <div class="columns">
        <section aria-label="Class probabilities">
          <h3>Class probabilities</h3>
          <tsynd-probability-bars
            .classes=${listProbabilities(sample, classNames, most)}
          ></tsynd-probability-bars>
          ${
            hidden > 0
              ? html`<button
                  class="link"
                  aria-expanded=${this.showsAllClasses}
                  @click=${() => (this.showsAllClasses = !this.showsAllClasses)}
                >
                  ${this.showsAllClasses ? 'Show fewer classes' : `Show ${hidden} more`}
                </button>`
              : nothing
          }
        </section>
        ${this.renderFiles(details)}
        ${describeRecord(details, classNames).map(
          ({ title, fields }) =>
            html`<section>
              <h3>${title}</h3>
              <dl>
                ${fields.map(
                  ({ name, value, isCode }) =>
                    html`<dt>${name}</dt>
                      <dd class=${isCode ? 'code' : ''}>${value}</dd>`,
                )}
              </dl>
            </section>`,
        )}
      </div>
    `;
  }

  private renderFiles({ id, source, record }: SampleDetails): TemplateResult {
    const sourceName = source.file ?? `${source.path}, image ${source.index}`;
    const synthetic = typeof record.file === 'string' ? record.file : id;
    return html`<section>
      <h3>Files</h3>
      <dl>
        <dt>Source</dt>
        <dd>
          ${
            source.exists
              ? this.renderLink(sourceName, source.path, () => void this.model.ask('gallery/openSource', id))
              : html`${sourceName} <span class="muted">(not there any more)</span>`
          }
        </dd>
        <dt>Synthetic</dt>
        <dd>
          ${this.renderLink(synthetic, synthetic, () => void this.model.ask('gallery/openSynthetic', id))}
        </dd>
      </dl>
    </section>`;
  }

  private renderLink(text: string, title: string, open: () => void): TemplateResult {
    return html`<button class="link" role="link" title="Open ${title}" @click=${open}>${text}</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-sample-details': SampleDetailsPane;
  }
}
