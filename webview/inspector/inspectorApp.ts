import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ThemeKind } from '../../src/color/divergingColors.ts';
import { differenceScale, saliencyScale } from '../../src/color/mapLook.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectorCommand } from '../../src/protocol/inspectorApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import { ZOOM_STEP, type ImageView } from '../shared/imageView/imageView.ts';
import type { PixelGrid } from '../shared/imageView/pixelGrid.ts';
import type { Viewport } from '../shared/imageView/viewport.ts';
import { autoWindow, fullWindow, valueRangeOf, type WindowLevel } from '../shared/imageView/windowLevel.ts';
import { requestOf } from '../shared/maps/mapChanges.ts';
import '../shared/maps/mapLegend.ts';
import type { MapState } from '../shared/maps/mapState.ts';
import { themeOfPage, watchTheme } from '../shared/theme.ts';
import { detailsStyles, detailsView } from './detailsView.ts';
import { formatPosition, formatScale, formatValues } from './formatting.ts';
import type { ImageAction } from './imageToolbar.ts';
import './imageToolbar.ts';
import type { ImageState, InspectorModel } from './inspectorModel.ts';
import { inspectorStyles } from './inspectorStyles.ts';
import { layerOfCommand, type InspectorLayer } from './layers.ts';
import './layerSwitch.ts';
import { adversarialPanes, saliencyPanes, type PaneImage, type PaneOptions } from './mapPanes.ts';
import { mapPanesStyles } from './mapPanesStyles.ts';
import { mapReadings, type PaneReading } from './mapReadings.ts';
import { mapSection } from './mapSection.ts';
import { emptyView, failureView, loadingView, messageStyles } from './messageView.ts';
import { INITIAL_PAGE_STATE, sizeKey, withViewport, type PageState, type WindowChoice } from './pageState.ts';
import { predictionPanel } from './predictionPanel.ts';
import { predictionStyles } from './predictionStyles.ts';
import { isMultiLabel, verdictOf } from './predictionView.ts';

/** The inspector's page: the image, and beside it (below it where it is narrow) what is known of it. */
@customElement('tsynd-inspector')
export class InspectorApp extends LitElement {
  @property({ attribute: false }) model!: InspectorModel;
  /** Where the page's own state is kept. */
  @property({ attribute: false }) store!: (state: PageState) => void;
  @property({ attribute: false }) pageState: PageState = INITIAL_PAGE_STATE;

  @state() private reading: PaneReading | undefined;
  @state() private theme: ThemeKind = themeOfPage();
  @state() private scale: number | undefined;

  @query('tsynd-image-view') private readonly view!: ImageView | null;

  private stopWatching: (() => void) | undefined;
  private shownImage: string | undefined;

  static override readonly styles = [
    baseStyles,
    messageStyles,
    detailsStyles,
    predictionStyles,
    inspectorStyles,
    mapPanesStyles,
  ];

  constructor() {
    super();
    registerControls();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.keyPressed);
    this.stopWatching = watchTheme((theme) => (this.theme = theme));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.keyPressed);
    this.stopWatching?.();
  }

  /** Does what the editor was asked for by a key or in its palette. */
  run(command: InspectorCommand): void {
    this.act(command === 'resetView' ? 'reset' : command);
  }

  override render(): TemplateResult {
    const shown = this.model.state;
    switch (shown.kind) {
      case 'starting':
        return html`<div class="whole">${loadingView('Loading…')}</div>`;
      case 'failed':
        return html`<div class="whole">
          ${failureView(shown.failure, () => this.model.retry(), 'the image')}
        </div>`;
      case 'none':
        return html`<div class="whole">
          ${emptyView('No image', 'Select an image in the Explorer, and it appears here.')}
        </div>`;
      case 'image':
        return this.page(shown);
    }
  }

  /** Arrows do what dragging does also before anything on the page has the focus. */
  private readonly keyPressed = (event: KeyboardEvent): void => {
    if (event.composedPath()[0] === document.body) this.view?.handleKey(event);
  };

  private page(shown: ImageState): TemplateResult {
    const pixels = shown.pixels.status === 'ready' ? shown.pixels.value : undefined;
    const choice = pixels && this.pageState.windows[pixels.bitDepth];
    return html`
      <main>
        <tsynd-image-toolbar
          .tool=${this.pageState.tool}
          .isAutomatic=${choice === 'automatic'}
          .isInverted=${this.pageState.isInverted}
          .isDisabled=${!pixels}
          @image-action=${(event: CustomEvent<ImageAction>) => this.act(event.detail)}
        ></tsynd-image-toolbar>
        <div class="picture">${this.picture(shown, pixels)}</div>
        ${this.statusLine(pixels)}
      </main>
      <aside aria-label="About the image">
        ${detailsView(shown, () => this.model.retry())}
        ${predictionPanel(shown, {
          chooseRun: (folder) => this.chooseRun(folder),
          retry: () => this.model.retryPrediction(),
        })}
      </aside>
      <div class="visually-hidden" role="status">${announcement(shown)}</div>
    `;
  }

  private picture(shown: ImageState, pixels: ImagePixels | undefined): TemplateResult {
    if (shown.pixels.status === 'failed') {
      return html`<div class="whole">
        ${failureView(shown.pixels.failure, () => this.model.retry(), 'the image')}
      </div>`;
    }
    if (!pixels) return html`<div class="whole">${loadingView('Reading the image…')}</div>`;
    const { tool, isInverted, viewports } = this.pageState;
    return html`<tsynd-image-view
      label=${shown.inspected.title}
      .image=${pixels}
      .viewport=${viewports[sizeKey(pixels)]}
      .windowLevel=${this.windowOf(pixels)}
      .isInverted=${isInverted}
      .tool=${tool}
      .shiftTool=${tool === 'pan' ? 'window' : 'pan'}
      @contextmenu=${(event: Event) => event.preventDefault()}
      @viewport-change=${(event: CustomEvent<Viewport>) =>
        this.keep(withViewport(this.pageState, sizeKey(pixels), event.detail))}
      @window-change=${(event: CustomEvent<WindowLevel>) => this.setWindow(event.detail)}
      @pixel-hover=${(event: CustomEvent<PixelReading | undefined>) => (this.reading = event.detail)}
      @scale-change=${(event: CustomEvent<number | undefined>) => (this.scale = event.detail)}
    ></tsynd-image-view>`;
  }

  private statusLine(pixels: ImagePixels | undefined): TemplateResult {
    const { reading, scale } = this;
    if (!pixels) return html`<div class="status"></div>`;
    const { window, level } = this.windowOf(pixels);
    return html`<div class="status numbers">
      <span class="reading">
        ${
          reading
            ? html`<span>${formatPosition(reading)}</span> <span>${formatValues(reading.values)}</span>`
            : html`<span class="muted">Point at a pixel for its value</span>`
        }
      </span>
      <span title="Window width and level, in stored values"
        >W ${Math.round(window)} L ${Math.round(level)}${this.pageState.isInverted ? ', inverted' : ''}</span
      >
      ${scale === undefined ? nothing : html`<span title="Zoom">${formatScale(scale)}</span>`}
    </div>`;
  }

  private act(action: ImageAction): void {
    const { pageState } = this;
    switch (action) {
      case 'window':
      case 'pan':
        this.keep({ ...pageState, tool: action });
        break;
      case 'zoomIn':
        this.view?.zoomBy(ZOOM_STEP);
        break;
      case 'zoomOut':
        this.view?.zoomBy(1 / ZOOM_STEP);
        break;
      case 'fit':
        this.view?.showAll();
        break;
      case 'actualSize':
        this.view?.showActualSize();
        break;
      case 'automatic':
        this.setWindow(this.windowChoice === 'automatic' ? 'full' : 'automatic');
        break;
      case 'invert':
        this.keep({ ...pageState, isInverted: !pageState.isInverted });
        break;
      case 'reset':
        this.view?.showAll();
        this.keep({ ...this.pageState, isInverted: false, windows: INITIAL_PAGE_STATE.windows });
    }
  }

  private get pixels(): ImagePixels | undefined {
    const shown = this.model.state;
    return shown.kind === 'image' && shown.pixels.status === 'ready' ? shown.pixels.value : undefined;
  }

  private get windowChoice(): WindowChoice | undefined {
    return this.pixels && this.pageState.windows[this.pixels.bitDepth];
  }

  private windowOf(pixels: ImagePixels): WindowLevel {
    const choice = this.pageState.windows[pixels.bitDepth];
    if (choice === 'automatic') return autoWindow(valueRangeOf(pixels));
    return choice === 'full' ? fullWindow(valueRangeOf(pixels)) : choice;
  }

  private setWindow(choice: WindowChoice): void {
    if (!this.pixels) return;
    const windows = { ...this.pageState.windows, [this.pixels.bitDepth]: choice };
    this.keep({ ...this.pageState, windows });
  }

  private chooseRun(folder: string): void {
    this.keep({ ...this.pageState, run: folder });
    this.model.chooseRun(folder);
  }

  private keep(pageState: PageState): void {
    this.pageState = pageState;
    this.store(pageState);
  }
}

/** What a person who does not see the page should hear once it is there. */
function announcement(shown: ImageState): string {
  const { inspected, description, prediction, run } = shown;
  if (prediction.status !== 'ready' || description.status !== 'ready') return '';
  const verdict = verdictOf(prediction.value, description.value.className, isMultiLabel(run));
  return `${inspected.title}. ${verdict.sentence}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-inspector': InspectorApp;
  }
}
