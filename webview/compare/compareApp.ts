import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import type { ComparedImages } from '../../src/protocol/compareApi.ts';
import { EXPLAINED_LAYERS } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import '../shared/maps/mapControls.ts';
import type { MapState } from '../shared/maps/mapState.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import { themeOfPage, watchTheme } from '../shared/theme.ts';
import './compareHeader.ts';
import type { CompareModel } from './compareModel.ts';
import { compareNotices } from './compareNotices.ts';
import type { CompareState } from './compareState.ts';
import { compareStyles } from './compareStyles.ts';
import './compareTable.ts';
import './compareToolbar.ts';
import { failureView, noticeStyles, noticeView } from '../shared/noticeView.ts';
import './relevanceSection.ts';
import { runBadgeStyles } from './runBadge.ts';
import { runNames } from './runNames.ts';
import { shownScales } from './shownScales.ts';
import { summaryStyles, summaryView } from './summaryView.ts';

/** The whole page. */
@customElement('tsynd-compare')
export class CompareApp extends LitElement {
  static override readonly styles = [baseStyles, runBadgeStyles, noticeStyles, summaryStyles, compareStyles];

  @property({ attribute: false }) model!: CompareModel;

  @state() private theme = themeOfPage();
  @state() private version = 0;

  private stopWatching: (() => void) | undefined;

  constructor() {
    super();
    registerControls();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopWatching = watchTheme((theme) => (this.theme = theme));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopWatching?.();
  }

  /** The model shows something else. */
  changed(): void {
    this.version++;
  }

  override render(): TemplateResult {
    const { load, runs } = this.model;
    if (load.status === 'failed') {
      return html`<div class="whole">
        ${failureView(load.failure, () => void this.model.start())}
        <vscode-button appearance="secondary" @click=${() => this.model.chooseRuns()}
          >Choose Runs...</vscode-button
        >
      </div>`;
    }
    if (!runs) return html`<p class="whole muted" role="status">Loading…</p>`;
    return this.renderPage(runs);
  }

  private renderPage(runs: readonly [RunSummary, RunSummary]): TemplateResult {
    const { model } = this;
    const { state, images } = model;
    const names = runNames(runs);
    const notices = images.status === 'ready' ? images.value.notices : [];
    return html`
      <tsynd-compare-header
        .runs=${runs}
        @swap=${() => model.swap()}
        @choose-runs=${() => model.chooseRuns()}
      ></tsynd-compare-header>
      <tsynd-compare-toolbar
        .state=${state}
        @state-change=${(event: CustomEvent<Partial<CompareState>>) => model.update(event.detail)}
      ></tsynd-compare-toolbar>
      ${[...compareNotices(state, runs, model.canExplain), ...notices].map((notice) => noticeView(notice))}
      ${state.areControlsOpen ? this.renderControls(runs) : nothing}
      ${
        model.hasFailures
          ? noticeView(
              { severity: 'error', message: 'Some images or maps could not be had; each says why.' },
              { label: 'Try again', act: () => model.retry() },
            )
          : nothing
      }
      ${
        images.status === 'failed'
          ? failureView(images.failure, () => model.retry())
          : this.renderImages(runs, names, images.status === 'ready' ? images.value : undefined)
      }
      <tsynd-relevance-section
        .model=${model}
        .runs=${runs}
        .names=${names}
        .version=${this.version}
      ></tsynd-relevance-section>
    `;
  }

  private renderImages(
    runs: readonly [RunSummary, RunSummary],
    names: readonly [string, string],
    listed: ComparedImages | undefined,
  ): TemplateResult {
    if (!listed) return html`<p class="line muted" role="status">Reading the images…</p>`;
    const { model } = this;
    const { maps, isSigned } = model.state;
    const { images } = listed;
    if (images.length === 0) {
      return html`<p class="line" role="status">The dataset has no images in this split.</p>`;
    }
    const [first, second] = runs;
    const facts = { shown: images.length, steps: maps.adversarial.steps };
    return html`
      ${model.canExplain ? summaryView([model.summary(first), model.summary(second)], names, facts) : nothing}
      <tsynd-compare-table
        .model=${model}
        .images=${images}
        .names=${names}
        .scales=${shownScales(maps, isSigned, this.theme)}
        .version=${this.version}
      ></tsynd-compare-table>
    `;
  }

  private renderControls(runs: readonly [RunSummary, RunSummary]): TemplateResult {
    const [layers, others] = runs.map(({ settings }) =>
      settings ? EXPLAINED_LAYERS[settings.classifier.architecture] : [],
    );
    const controls = (kind: MapKind, title: string): TemplateResult =>
      html`<section aria-label=${title}>
        <h2>${title}</h2>
        <tsynd-map-controls
          .kind=${kind}
          .state=${this.model.state.maps}
          .layers=${layers.filter((_, place) => place < others.length)}
          .classNames=${runs[0].dataset?.classNames ?? []}
          @map-change=${(event: CustomEvent<MapState>) => this.model.update({ maps: event.detail })}
        ></tsynd-map-controls>
      </section>`;
    return html`<div class="controls">
      ${controls('saliency', 'Saliency')} ${controls('adversarial', 'Adversarial difference')}
      <p class="small muted">Both runs are drawn with the same settings and colours.</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-compare': CompareApp;
  }
}
