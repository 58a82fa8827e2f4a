import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import type { ThemeKind } from '../../src/color/divergingColors.ts';
import type { GalleryKind } from '../../src/protocol/galleryApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { themeOfPage, watchTheme } from '../shared/theme.ts';
import { blankPage } from './blankPage.ts';
import { detailsPlace, LEAST_DETAILS, type DetailsPlace } from './detailsPlace.ts';
import './differenceLegend.ts';
import './filterPanel.ts';
import type { FilterPanel } from './filterPanel.ts';
import { formatCount, formatItems } from './formatting.ts';
import type { GalleryModel } from './galleryModel.ts';
import type { LoadedRun } from './loadedRun.ts';
import { galleryStyles } from './galleryStyles.ts';
import './galleryMessages.ts';
import './galleryToolbar.ts';
import type { LayerPainter } from './layerPainter.ts';
import './mapBar.ts';
import type { MapBar } from './mapBar.ts';
import './messageBar.ts';
import { describeNumbers } from './numbersLegend.ts';
import { ModelController } from './modelController.ts';
import './paneSplitter.ts';
import './questionBar.ts';
import { describeEmptyRun } from './runState.ts';
import './sampleDetails.ts';
import type { SampleDetailsPane } from './sampleDetails.ts';
import './sampleGrid.ts';
import type { PointedPixel, SampleGrid } from './sampleGrid.ts';
import type { SampleLoader } from './sampleLoader.ts';
import { NO_FILTER } from './sampleView.ts';
import type { DifferenceRange } from './signedDifference.ts';

const SKELETON_TILES = 24;
const DETAILS_LABELS: Readonly<Record<GalleryKind, string>> = {
  samples: 'Details of the sample',
  scores: 'Details of the image',
};
/** What the editor's menus know rows by. */
const SECTIONS: Readonly<Record<GalleryKind, string>> = { samples: 'sample', scores: 'scored' };

/** The whole page. */
@customElement('tsynd-gallery')
export class GalleryApp extends LitElement {
  static override readonly styles = [baseStyles, galleryStyles];

  @property({ attribute: false }) model!: GalleryModel;
  @property({ attribute: false }) painter!: LayerPainter;
  @property({ attribute: false }) loader!: SampleLoader;

  @state() private size = { width: window.innerWidth, height: window.innerHeight };
  @state() private theme: ThemeKind = themeOfPage();

  @query('tsynd-sample-grid') private readonly grid!: SampleGrid | null;
  @query('tsynd-sample-details') private readonly details!: SampleDetailsPane | null;
  @query('tsynd-map-bar') private readonly mapBar!: MapBar | null;
  @query('tsynd-filter-panel') private readonly filters!: FilterPanel | null;

  private readonly cleanUps: (() => void)[] = [];
  /** Whether the focus was in here before something went away. */
  private hadFocus = false;
  private shownTrouble: string | undefined;
  private shownRun: LoadedRun | undefined;

  constructor() {
    super();
    new ModelController(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const onResize = (): void => void (this.size = { width: window.innerWidth, height: window.innerHeight });
    // A click on the editor's tab gives the page the focus, but none of its elements.
    const onFocus = (): void => {
      if (document.activeElement === document.body) this.grid?.focus();
    };
    window.addEventListener('resize', onResize);
    window.addEventListener('focus', onFocus);
    this.cleanUps.push(
      () => window.removeEventListener('resize', onResize),
      () => window.removeEventListener('focus', onFocus),
      watchTheme((theme) => (this.theme = theme)),
    );
    this.addEventListener('contextmenu', (event) => this.describeMenuContext(event));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanUp of this.cleanUps.splice(0)) cleanUp();
  }

  /** Images or maps have come. */
  imagesArrived(): void {
    this.grid?.repaint();
    this.details?.requestUpdate();
    this.mapBar?.requestUpdate();
    if (this.painter.trouble?.message !== this.shownTrouble) this.requestUpdate();
  }

  /** Another record is there, or none. */
  sampleChanged(): void {
    this.details?.requestUpdate();
  }

  /** Opens the filters and goes to the first of them. */
  focusFilter(): void {
    this.model.update({ areFiltersOpen: true });
    void this.updateComplete.then(() => this.filters?.focus());
  }

  override render(): TemplateResult {
    const { load } = this.model;
    if (load.kind === 'loading') return this.renderSkeleton();
    if (load.kind === 'failed') {
      const { message, remedy } = load.error;
      return blankPage(
        'error',
        this.model.kind === 'samples' ? 'The run cannot be shown' : 'The scores cannot be shown',
        `${message} ${remedy ?? ''}`,
        {
          label: 'Try again',
          act: () => void this.model.reload(),
        },
      );
    }
    const isEmpty = load.run.table.ids.length === 0 && this.model.kind === 'samples';
    return isEmpty ? this.renderEmptyRun(load.run) : this.renderRun(load.run);
  }

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.hadFocus ||= this.matches(':focus-within');
    const { run, selection, state } = this.model;
    this.painter.show(state);
    this.painter.setTheme(this.theme);
    // What was missing before may be there now.
    if (this.shownRun && run !== this.shownRun) this.painter.retry();
    this.shownRun = run;
    this.shownTrouble = this.painter.trouble?.message;
    const isShown = state.details.isOpen && run !== undefined && selection.cursor !== undefined;
    this.loader.show(isShown ? run.table.ids[selection.cursor] : undefined);
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.grid?.repaint();
    this.placeDetails();
    if (this.hadFocus) requestAnimationFrame(() => this.keepFocus());
  }

  /** What had the focus may be gone: a dismissed message, closed details, a list without samples. */
  private keepFocus(): void {
    const { grid } = this;
    const isInHiddenGrid = grid?.hidden === true && this.shadowRoot?.activeElement === grid;
    const isLost = document.activeElement === document.body || isInHiddenGrid;
    // What is there instead may still be on its way.
    const heir =
      grid?.hidden === false ? grid : this.renderRoot.querySelector<HTMLElement>('.blank vscode-button');
    if (isLost && document.hasFocus()) heir?.focus();
    this.hadFocus = isLost && document.hasFocus() && !heir;
  }

  /** Through the object model, which the page's content policy allows, unlike a style attribute. */
  private placeDetails(): void {
    if (!this.details) return;
    const { isStacked, size } = this.detailsPlace;
    this.details.style.width = isStacked ? '' : `${size}px`;
    this.details.style.height = isStacked ? `${size}px` : '';
  }

  private get detailsPlace(): DetailsPlace {
    return detailsPlace(this.model.state.details, this.size);
  }

  private renderRun(run: LoadedRun): TemplateResult {
    const { model } = this;
    const { areFiltersOpen, details } = model.state;
    const { isStacked } = this.detailsPlace;
    return html`
      <tsynd-gallery-messages .model=${model}></tsynd-gallery-messages>
      ${this.renderTrouble()}
      <tsynd-gallery-toolbar .model=${model}></tsynd-gallery-toolbar>
      ${areFiltersOpen ? html`<tsynd-filter-panel .model=${model} @keydown=${this.onFilterKey}></tsynd-filter-panel>` : nothing}
      ${
        this.painter.mapKind
          ? html`<tsynd-map-bar
              .model=${model}
              .painter=${this.painter}
              .theme=${this.theme}
            ></tsynd-map-bar>`
          : nothing
      }
      <tsynd-question-bar .model=${model}></tsynd-question-bar>
      <div class=${isStacked ? 'main stacked' : 'main'}>
        <div class="samples">
          ${this.renderStatus(run)}
          <tsynd-sample-grid
            .model=${model}
            .painter=${this.painter}
            ?hidden=${model.view.length === 0}
            @point-at=${this.onPointAt}
          ></tsynd-sample-grid>
          ${model.view.length === 0 ? this.renderNothingMatches() : nothing}
        </div>
        ${details.isOpen ? this.renderDetails() : nothing}
      </div>
    `;
  }

  private readonly onFilterKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.grid?.focus();
  };

  private readonly onPointAt = ({ detail }: CustomEvent<PointedPixel | undefined>): void => {
    if (this.mapBar) this.mapBar.pointed = detail;
  };

  /** Why images or maps of the layer do not come. */
  private renderTrouble(): TemplateResult | typeof nothing {
    const { trouble } = this.painter;
    if (!trouble) return nothing;
    const retry = (): void => {
      this.painter.retry();
      this.imagesArrived();
    };
    return html`<tsynd-message-bar kind="error" role="alert"
      >${trouble.what === 'images' ? 'Images cannot be read.' : 'Maps cannot be had.'} ${trouble.message}
      <vscode-button slot="actions" appearance="secondary" @click=${retry}
        >Try again</vscode-button
      ></tsynd-message-bar
    >`;
  }

  private renderStatus({ table, curation }: LoadedRun): TemplateResult {
    const { model } = this;
    const { view, selection, state } = model;
    const total = table.ids.length;
    const parts = [
      view.length === total
        ? formatItems(model.kind, total)
        : `${formatCount(view.length)} of ${formatCount(total)}`,
      ...(model.kind === 'samples'
        ? [
            `${formatCount(curation.count('accepted'))} accepted`,
            `${formatCount(curation.count('rejected'))} rejected`,
          ]
        : []),
      ...(selection.rows.size > 1 ? [`${formatCount(selection.rows.size)} selected`] : []),
    ];
    return html`<div class="status">
      <span class="counts">${parts.join(' · ')}</span>
      <span class="visually-hidden" role="status">${model.announcement}</span>
      <span class="spacer"></span>
      ${
        state.layer === 'difference'
          ? html`<tsynd-difference-legend
              .range=${state.differenceRange}
              .theme=${this.theme}
              @range-change=${(event: CustomEvent<DifferenceRange>) =>
                model.update({ differenceRange: event.detail })}
            ></tsynd-difference-legend>`
          : html`<span>${describeNumbers(model.kind, this.painter.mapKind, table.numMcSamples)}</span>`
      }
    </div>`;
  }

  private renderDetails(): TemplateResult {
    const { model } = this;
    const { details } = model.state;
    const { isStacked, size, most } = this.detailsPlace;
    return html`
      <tsynd-pane-splitter
        .orientation=${isStacked ? 'horizontal' : 'vertical'}
        .size=${size}
        .least=${LEAST_DETAILS}
        .most=${most}
        @resize-pane=${({ detail }: CustomEvent<number>) =>
          model.update({ details: { ...details, [isStacked ? 'height' : 'width']: detail } })}
      ></tsynd-pane-splitter>
      <tsynd-sample-details
        role="complementary"
        aria-label=${DETAILS_LABELS[model.kind]}
        .model=${model}
        .painter=${this.painter}
        .loader=${this.loader}
      ></tsynd-sample-details>
    `;
  }

  private renderNothingMatches(): TemplateResult {
    const what = this.model.kind === 'samples' ? 'sample' : 'image';
    return blankPage('filter', `No ${what} matches the filters`, '', {
      label: 'Clear filters',
      act: () => this.model.update({ filter: NO_FILTER }),
    });
  }

  private renderEmptyRun(run: LoadedRun): TemplateResult {
    const { title, text, canResume } = describeEmptyRun(run.snapshot.run);
    const action = { label: 'Resume', act: () => void this.model.ask('gallery/resume') };
    return html`<tsynd-gallery-messages .model=${this.model}></tsynd-gallery-messages>
      ${blankPage('info', title, text, canResume ? action : undefined)}`;
  }

  private renderSkeleton(): TemplateResult {
    return html`<div class="skeleton" role="status" aria-label="Loading the samples">
      ${Array.from({ length: SKELETON_TILES }, () => html`<div></div>`)}
    </div>`;
  }

  /**
   * What the editor's menu is about, and whether it is a sample's at all. The editor reads it from the element that it
   * sees under the pointer, which for all of our shadow trees is this one.
   */
  private describeMenuContext(event: Event): void {
    const { run, selection } = this.model;
    const isOfSample = event
      .composedPath()
      .some((element) => element === this.grid || element === this.details);
    const id = isOfSample && selection.cursor !== undefined ? run?.table.ids[selection.cursor] : undefined;
    this.dataset.vscodeContext = JSON.stringify({
      ...(id === undefined ? {} : { webviewSection: SECTIONS[this.model.kind], sampleId: id }),
      preventDefaultContextMenuItems: true,
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-gallery': GalleryApp;
  }
}
