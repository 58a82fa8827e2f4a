import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ThemeKind } from '../../src/color/divergingColors.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectorCommand } from '../../src/protocol/inspectorApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls } from '../shared/controls.ts';
import { ZOOM_STEP, type ImageView } from '../shared/imageView/imageView.ts';
import type { PixelGrid, PixelReading } from '../shared/imageView/pixelGrid.ts';
import type { Viewport } from '../shared/imageView/viewport.ts';
import { autoWindow, fullWindow, valueRangeOf, type WindowLevel } from '../shared/imageView/windowLevel.ts';
import '../shared/maps/mapLegend.ts';
import { themeOfPage, watchTheme } from '../shared/theme.ts';
import { adversarialPictures } from './adversarialPictures.ts';
import { detailsStyles, detailsView } from './detailsView.ts';
import { formatPosition, formatScale, formatValues } from './formatting.ts';
import type { ImageAction } from './imageToolbar.ts';
import './imageToolbar.ts';
import type { ImageState, InspectorModel } from './inspectorModel.ts';
import { inspectorStyles } from './inspectorStyles.ts';
import { INSPECTOR_LAYERS, type InspectorLayer } from './layers.ts';
import './layerSwitch.ts';
import { adversarialPanes, saliencyPanes, type PaneImage, type PaneOptions } from './mapPanes.ts';
import { mapPanesStyles } from './mapPanesStyles.ts';
import { MapOverlays } from './mapOverlays.ts';
import { mapReadings } from './mapReadings.ts';
import { mapSection } from './mapSection.ts';
import { emptyView, failureView, loadingView, messageStyles } from './messageView.ts';
import {
  INITIAL_PAGE_STATE,
  mapRequestOf,
  sizeKey,
  withViewport,
  type PageState,
  type WindowChoice,
} from './pageState.ts';
import { predictionPanel } from './predictionPanel.ts';
import { predictionStyles } from './predictionStyles.ts';
import { isMultiLabel, verdictOf } from './predictionView.ts';

const RAW_UNIT = 'share of the largest value';
const SIZE_UNIT = 'of white, without sign';

/** The inspector's page: the image, and beside it (below it where it is narrow) what is known of it. */
@customElement('tsynd-inspector')
export class InspectorApp extends LitElement {
  @property({ attribute: false }) model!: InspectorModel;
  /** Where the page's own state is kept. */
  @property({ attribute: false }) store!: (state: PageState) => void;
  @property({ attribute: false }) pageState: PageState = INITIAL_PAGE_STATE;

  @state() private reading: PixelReading | undefined;
  @state() private theme: ThemeKind = themeOfPage();
  @state() private scale: number | undefined;

  @query('tsynd-image-view') private readonly view!: ImageView | null;

  private stopWatching: (() => void) | undefined;
  private readonly overlays = new MapOverlays();

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
    switch (command) {
      case 'layer1':
      case 'layer2':
      case 'layer3':
        this.showLayer(INSPECTOR_LAYERS[Number(command.slice('layer'.length)) - 1]);
        break;
      case 'resetView':
        this.act('reset');
        break;
      default:
        this.act(command);
    }
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
    const { layer, tool, isInverted, maps } = this.pageState;
    return html`
      <main>
        <div class="tools">
          <tsynd-layer-switch
            .layer=${layer}
            @layer-change=${(event: CustomEvent<InspectorLayer>) => this.showLayer(event.detail)}
          ></tsynd-layer-switch>
          <tsynd-image-toolbar
            .tool=${tool}
            .isAutomatic=${this.windowChoice === 'automatic'}
            .isInverted=${isInverted}
            .isDisabled=${!pixels}
            @image-action=${(event: CustomEvent<ImageAction>) => this.act(event.detail)}
          ></tsynd-image-toolbar>
        </div>
        <div class="picture">${this.picture(shown, pixels)}</div>
        <div class="below">${this.legend()} ${this.statusLine(shown, pixels)}</div>
      </main>
      <aside aria-label="About the image">
        ${detailsView(shown, () => this.model.retry())}
        ${
          layer === 'image'
            ? nothing
            : mapSection(layer, shown, maps, {
                compareWith: (folder) => this.model.compareWith(folder),
                change: (changed) => this.keep({ ...this.pageState, maps: changed }),
              })
        }
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
    const { title } = shown.inspected;
    switch (this.pageState.layer) {
      case 'image':
        return this.imageView({ label: title, image: pixels });
      case 'saliency':
        return saliencyPanes(title, pixels, shown.maps, this.paneOptions);
      case 'adversarial':
        return adversarialPanes(shown.maps, this.paneOptions);
    }
  }

  private get paneOptions(): PaneOptions {
    const { maps } = this.pageState;
    return {
      maps,
      scales: this.overlays.scales(maps, this.theme),
      overlays: this.overlays,
      view: (pane) => this.imageView(pane),
      retry: () => this.model.retryMaps(),
    };
  }

  private imageView({ label, image, overlay, windowOf = image }: PaneImage): TemplateResult {
    const { tool, isInverted, viewports } = this.pageState;
    return html`<tsynd-image-view
      label=${label}
      .image=${image}
      .overlay=${overlay}
      .viewport=${viewports[sizeKey(image)]}
      .windowLevel=${this.windowLevelOf(windowOf)}
      .isInverted=${isInverted}
      .tool=${tool}
      .shiftTool=${tool === 'pan' ? 'window' : 'pan'}
      @contextmenu=${(event: Event) => event.preventDefault()}
      @viewport-change=${(event: CustomEvent<Viewport>) =>
        this.keep(withViewport(this.pageState, sizeKey(image), event.detail))}
      @window-change=${(event: CustomEvent<WindowLevel>) => this.setWindow(event.detail)}
      @pixel-hover=${(event: CustomEvent<PixelReading | undefined>) => (this.reading = event.detail)}
      @scale-change=${(event: CustomEvent<number | undefined>) => (this.scale = event.detail)}
    ></tsynd-image-view>`;
  }

  private legend(): TemplateResult {
    const { layer, maps } = this.pageState;
    if (layer === 'image') return html``;
    const { saliency, signed, absolute } = this.overlays.scales(maps, this.theme);
    if (layer === 'saliency') {
      const unit = maps.saliency.sign === 'raw' ? RAW_UNIT : undefined;
      return html`<div class="legend">
        <tsynd-map-legend .kind=${layer} .scale=${saliency} .unit=${unit}></tsynd-map-legend>
      </div>`;
    }
    return html`<div class="legend">
      <tsynd-map-legend .kind=${layer} .scale=${signed}></tsynd-map-legend>
      <tsynd-map-legend .kind=${layer} .scale=${absolute} .unit=${SIZE_UNIT}></tsynd-map-legend>
    </div>`;
  }

  private statusLine({ maps }: ImageState, pixels: ImagePixels | undefined): TemplateResult {
    const { reading, scale } = this;
    const { layer, isInverted } = this.pageState;
    if (!pixels) return html`<div class="status"></div>`;
    const { window, level } = this.windowLevelOf(this.windowed ?? pixels);
    const values = reading ? mapReadings(maps, reading, pixels) : [];
    const name = layer === 'adversarial' ? 'difference' : 'saliency';
    return html`<div class="status numbers">
      <span class="reading">
        ${
          reading
            ? html`<span>${formatPosition(reading)}</span> <span>${formatValues(reading.values)}</span>`
            : html`<span class="muted">Point at a pixel for its value</span>`
        }
        ${values.length > 0 ? html`<span class="map-reading">${name} ${values.join(' | ')}</span>` : nothing}
      </span>
      <span title="Window width and level, in stored values"
        >W ${Math.round(window)} L ${Math.round(level)}${isInverted ? ', inverted' : ''}</span
      >
      ${scale === undefined ? nothing : html`<span title="Zoom">${formatScale(scale)}</span>`}
    </div>`;
  }

  private showLayer(layer: InspectorLayer): void {
    if (layer === this.pageState.layer) return;
    this.reading = undefined;
    this.keep({ ...this.pageState, layer });
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

  /** The image that window and level are about: the one that was read, or what a search started from. */
  private get windowed(): PixelGrid | undefined {
    const shown = this.model.state;
    if (shown.kind !== 'image') return undefined;
    if (this.pageState.layer !== 'adversarial') {
      return shown.pixels.status === 'ready' ? shown.pixels.value : undefined;
    }
    const runs = shown.maps?.status === 'asked' ? shown.maps.runs : [];
    for (const { explanation } of runs) {
      if (explanation.status !== 'ready' || explanation.value.kind !== 'adversarial') continue;
      return adversarialPictures(explanation.value.result).original;
    }
    return undefined;
  }

  private get windowChoice(): WindowChoice | undefined {
    return this.windowed && this.pageState.windows[bitDepthOf(this.windowed)];
  }

  private windowLevelOf(image: PixelGrid): WindowLevel {
    const choice = this.pageState.windows[bitDepthOf(image)];
    if (choice === 'automatic') return autoWindow(valueRangeOf(image));
    return choice === 'full' ? fullWindow(valueRangeOf(image)) : choice;
  }

  private setWindow(choice: WindowChoice): void {
    if (!this.windowed) return;
    const windows = { ...this.pageState.windows, [bitDepthOf(this.windowed)]: choice };
    this.keep({ ...this.pageState, windows });
  }

  private chooseRun(folder: string): void {
    this.keep({ ...this.pageState, run: folder });
    this.model.chooseRun(folder);
  }

  private keep(pageState: PageState): void {
    const { layer, maps } = this.pageState;
    this.pageState = pageState;
    this.store(pageState);
    const isOther =
      pageState.layer !== layer ||
      pageState.maps.saliency !== maps.saliency ||
      pageState.maps.adversarial !== maps.adversarial;
    if (isOther) this.model.explain(mapRequestOf(pageState));
  }
}

function bitDepthOf({ pixels }: PixelGrid): 8 | 16 {
  return pixels instanceof Uint16Array ? 16 : 8;
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
