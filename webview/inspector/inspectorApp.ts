import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ThemeKind } from '../../src/color/divergingColors.ts';
import type { ImagePixels } from '../../src/protocol/imageData.ts';
import type { InspectorCommand } from '../../src/protocol/inspectorApi.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { registerControls, type Dropdown } from '../shared/controls.ts';
import '../shared/layerSwitch.ts';
import { ZOOM_STEP, type ImageView } from '../shared/imageView/imageView.ts';
import type { PixelGrid, PixelReading } from '../shared/imageView/pixelGrid.ts';
import type { Viewport } from '../shared/imageView/viewport.ts';
import type { WindowLevel } from '../shared/imageView/windowLevel.ts';
import { mapScales } from '../shared/maps/mapScales.ts';
import { themeOfPage, watchTheme } from '../shared/theme.ts';
import { legend, statusLine } from './belowImage.ts';
import { detailsStyles, detailsView } from './detailsView.ts';
import type { ImageAction } from './imageToolbar.ts';
import './imageToolbar.ts';
import type { InspectorModel } from './inspectorModel.ts';
import type { ImageState } from './inspectorState.ts';
import { inspectorStyles } from './inspectorStyles.ts';
import { INSPECTOR_LAYERS, LAYER_OPTIONS, type InspectorLayer } from './layers.ts';
import { adversarialPanes, saliencyPanes, type PaneImage, type PaneOptions } from './mapPanes.ts';
import { mapPanesStyles } from './mapPanesStyles.ts';
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
import { windowChoiceOf, windowedImage, windowLevelOf, withWindow } from './windows.ts';

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

  protected override updated(): void {
    // What the page's layout depends on.
    this.dataset.layer = this.model.state.kind === 'image' ? this.pageState.layer : '';
    // Dropdowns know their options only after they were drawn, and of new ones they keep what was chosen of the old.
    for (const dropdown of this.renderRoot.querySelectorAll<Dropdown>('vscode-dropdown')) {
      const { value } = dropdown.dataset;
      if (value !== undefined && dropdown.value !== value) dropdown.value = value;
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
          <tsynd-layers
            .options=${LAYER_OPTIONS}
            .layer=${layer}
            @layer-change=${(event: CustomEvent<InspectorLayer>) => this.showLayer(event.detail)}
          ></tsynd-layers>
          <tsynd-image-toolbar
            .tool=${tool}
            .isAutomatic=${this.isAutomatic}
            .isInverted=${isInverted}
            .isDisabled=${!pixels}
            @image-action=${(event: CustomEvent<ImageAction>) => this.act(event.detail)}
          ></tsynd-image-toolbar>
        </div>
        <div class="picture">${this.picture(shown, pixels)}</div>
        <div class="below">
          ${legend(this.pageState, mapScales(maps, this.theme))}
          ${statusLine(shown, this.pageState, this.reading, this.scale)}
        </div>
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
      scales: mapScales(maps, this.theme),
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
      .windowLevel=${windowLevelOf(this.pageState, windowOf)}
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
        this.setWindow(this.isAutomatic ? 'full' : 'automatic');
        break;
      case 'invert':
        this.keep({ ...pageState, isInverted: !pageState.isInverted });
        break;
      case 'reset':
        this.view?.showAll();
        this.keep({ ...this.pageState, isInverted: false, windows: INITIAL_PAGE_STATE.windows });
    }
  }

  private setWindow(choice: WindowChoice): void {
    const { windowed } = this;
    if (windowed) this.keep(withWindow(this.pageState, windowed, choice));
  }

  private get windowed(): PixelGrid | undefined {
    const shown = this.model.state;
    return shown.kind === 'image' ? windowedImage(shown, this.pageState.layer) : undefined;
  }

  private get isAutomatic(): boolean {
    const { windowed } = this;
    return windowed !== undefined && windowChoiceOf(this.pageState, windowed) === 'automatic';
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
