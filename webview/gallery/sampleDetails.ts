import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import type { GalleryImage, GalleryKind } from '../../src/protocol/galleryApi.ts';
import type { SampleDetails } from '../../src/protocol/sampleTable.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { icon } from '../shared/icons.ts';
import type { CompareMode } from '../shared/imageView/compareMode.ts';
import '../shared/imageView/compareView.ts';
import '../shared/imageView/imageView.ts';
import type { Viewport } from '../shared/imageView/viewport.ts';
import type { MapOverlay } from '../shared/maps/mapImage.ts';
import { detailsStyles } from './detailsStyles.ts';
import './explanationSection.ts';
import { formatCount } from './formatting.ts';
import type { GalleryModel } from './galleryModel.ts';
import type { LoadedRun } from './loadedRun.ts';
import type { CachedImage, ImageCache } from './imageCache.ts';
import type { LayerPainter } from './layerPainter.ts';
import { ModelController } from './modelController.ts';
import './probabilitiesSection.ts';
import { describeRecord } from './recordFields.ts';
import './recordSections.ts';
import type { RowDetails, SampleLoader } from './sampleLoader.ts';
import type { DecisionState } from './sampleView.ts';
import './scoreSections.ts';
import { positionOf, select } from './selection.ts';

const DECISION_TEXTS: Readonly<Record<DecisionState, TemplateResult>> = {
  undecided: html`<span class="muted">Undecided</span>`,
  accepted: html`<span class="decision accepted">${icon('accept')}Accepted</span>`,
  rejected: html`<span class="decision rejected">${icon('reject')}Rejected</span>`,
};

const EMPTY_TEXTS: Readonly<Record<GalleryKind, string>> = {
  samples: 'Select a sample to see its images, its probabilities and its record.',
  scores: 'Select an image to see it enlarged, its probabilities and its scores.',
};

/** The sample, or the scored image, at the cursor: its images enlarged, what the classifier thinks of it, and every field of its record. */
@customElement('tsynd-sample-details')
export class SampleDetailsPane extends LitElement {
  static override readonly styles = [baseStyles, detailsStyles];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) painter!: LayerPainter;
  @property({ attribute: false }) loader!: SampleLoader;

  /** Of a scored image; the whole of it when undefined. */
  @state() private viewport: Viewport | undefined;

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
        <p class="empty">${EMPTY_TEXTS[this.model.kind]}</p>`;
    }
    const id = run.table.ids[cursor];
    const position = positionOf(view, cursor);
    return html`
      ${this.renderHeader(id, position)}
      <div class="body" tabindex="-1">
        <div class="facts">
          <span
            >${this.model.kind === 'samples' ? DECISION_TEXTS[run.curation.stateOf(cursor)] : nothing}</span
          >
          <span class="small muted numbers">${formatCount(position + 1)} of ${formatCount(view.length)}</span>
        </div>
        ${this.renderPictures(id)} ${this.renderExplanation(run, id)} ${this.renderDetails(run, cursor)}
      </div>
    `;
  }

  private renderHeader(title: string, position?: number): TemplateResult {
    const { model } = this;
    const { selection, view } = model;
    const what = model.kind === 'samples' ? 'sample' : 'image';
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
          : [step('previous', `Previous ${what}`, position - 1), step('next', `Next ${what}`, position + 1)]
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

  private renderPictures(id: string): TemplateResult {
    return this.model.kind === 'samples' ? this.renderPair(id) : this.renderImage(id);
  }

  private renderPair(id: string): TemplateResult {
    const imageOf = (of: GalleryImage): CachedImage | undefined => this.cache.get({ of, id })?.value;
    return html`<tsynd-compare-view
      .source=${imageOf('source')}
      .synthetic=${imageOf('synthetic')}
      .sourceOverlay=${this.overlayOf('source', id)}
      .syntheticOverlay=${this.overlayOf('synthetic', id)}
      .sourceMissing=${this.whyMissing('source', id)}
      .syntheticMissing=${this.whyMissing('synthetic', id)}
      .mode=${this.model.state.compareMode}
      @mode-change=${({ detail }: CustomEvent<CompareMode>) => this.model.update({ compareMode: detail })}
    ></tsynd-compare-view>`;
  }

  private renderImage(id: string): TemplateResult {
    const image = this.cache.get({ of: 'image', id })?.value;
    const missing = this.whyMissing('image', id);
    if (!image && missing !== undefined) return html`<p class="muted">${missing}</p>`;
    return html`<tsynd-image-view
      label="Image ${id}"
      .image=${image}
      .overlay=${this.overlayOf('image', id)}
      .viewport=${this.viewport}
      .hasZoomKeys=${true}
      @viewport-change=${(event: CustomEvent<Viewport>) => (this.viewport = event.detail)}
    ></tsynd-image-view>`;
  }

  /** The map that the grid's layer has of an image. */
  private overlayOf(image: GalleryImage, id: string): MapOverlay | undefined {
    const map = this.painter.shownMaps(id).find((shown) => shown.image === image)?.map;
    return map && { map, scale: this.painter.mapScale };
  }

  /** Of the layer that the grid shows. */
  private renderExplanation({ classNames }: LoadedRun, id: string): TemplateResult | typeof nothing {
    const maps = this.painter.shownMaps(id);
    if (maps.length === 0) return nothing;
    return html`<tsynd-explanation .maps=${maps} .classNames=${classNames}></tsynd-explanation>`;
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

  private renderRecord(run: LoadedRun, row: number, details: RowDetails): TemplateResult {
    if ('copies' in details) {
      return html`<tsynd-score-sections
        .model=${this.model}
        .details=${details}
        .row=${row}
      ></tsynd-score-sections>`;
    }
    const { classNames } = run;
    const { probsBefore, probsAfter: probs } = details;
    const [label, predicted] = [run.table.labels[row], run.table.predictedLabels[row]];
    return html`<div class="columns">
      <tsynd-probabilities
        .row=${{ probs, probsBefore, label, predicted }}
        .classNames=${classNames}
      ></tsynd-probabilities>
      ${this.renderFiles(details)}
      <tsynd-record-sections .groups=${describeRecord(details, classNames)}></tsynd-record-sections>
    </div>`;
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
