import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { baseStyles } from '../baseStyles.ts';
import { registerControls } from '../controls.ts';
import type { MapOverlay } from '../maps/mapImage.ts';
import { COMPARE_MODES, type CompareMode } from './compareMode.ts';
import { compareStyles } from './compareStyles.ts';
import './imageView.ts';
import type { PixelGrid } from './pixelGrid.ts';
import { viewIcon } from './viewIcons.ts';
import type { Viewport } from './viewport.ts';

/** What a compare view tells. */
export interface CompareViewEvents {
  /** A person has chosen the other mode; the view follows by itself. */
  readonly 'mode-change': CustomEvent<CompareMode>;
}

const MODE_NAMES: Readonly<Record<CompareMode, string>> = {
  sideBySide: 'Side by side',
  swipe: 'Swipe with a divider',
};
/** Percent of the width that an arrow key moves the divider; with shift ten times as much. */
const DIVIDER_STEP = 1;

/**
 * A source image and the synthetic one made from it, of the same size: next to each other, or one over the other with
 * a divider to drag. Both show the same part at the same scale. An image that cannot be had leaves its reason in its
 * place. As wide as its container; the height follows from it unless it is given.
 */
@customElement('tsynd-compare-view')
export class CompareView extends LitElement {
  @property({ attribute: false }) source: PixelGrid | undefined;
  @property({ attribute: false }) synthetic: PixelGrid | undefined;
  /** Why there is no `source`, in one sentence; without it, an absent image is on its way. */
  @property({ attribute: false }) sourceMissing: string | undefined;
  @property({ attribute: false }) syntheticMissing: string | undefined;
  /** Maps to draw over the images. */
  @property({ attribute: false }) sourceOverlay: MapOverlay | undefined;
  @property({ attribute: false }) syntheticOverlay: MapOverlay | undefined;
  @property({ attribute: false }) sourceLabel = 'Source';
  @property({ attribute: false }) syntheticLabel = 'Synthetic';
  @property({ attribute: false }) mode: CompareMode = 'sideBySide';

  /** Of both images; the whole of them when undefined. */
  @state() private viewport: Viewport | undefined;
  /** Percent of the width that shows the source. */
  @state() private divider = 50;

  @query('.panes') private readonly panes!: HTMLElement;
  @query('.divider') private readonly dividerElement!: HTMLElement | null;

  static override readonly styles = [baseStyles, compareStyles];

  constructor() {
    super();
    registerControls();
  }

  override render(): TemplateResult {
    const canSwipe = this.source !== undefined && this.synthetic !== undefined;
    const isSwiped = this.mode === 'swipe' && canSwipe;
    return html`
      <div class="panes ${isSwiped ? 'swipe' : ''}" role="group" aria-label="Source and synthetic image">
        ${this.pane(this.source, this.sourceLabel, this.sourceMissing, this.sourceOverlay, '')}
        ${this.pane(
          this.synthetic,
          this.syntheticLabel,
          this.syntheticMissing,
          this.syntheticOverlay,
          isSwiped ? 'over' : '',
        )}
        ${isSwiped ? this.slider() : nothing}
      </div>
      <div class="captions">
        <span title=${this.sourceLabel}>${this.sourceLabel}</span>
        <div class="modes" role="group" aria-label="How to compare">
          ${COMPARE_MODES.map(
            (mode) =>
              html`<vscode-button
                appearance="icon"
                title=${MODE_NAMES[mode]}
                aria-label=${MODE_NAMES[mode]}
                aria-pressed=${(mode === 'swipe') === isSwiped}
                ?disabled=${mode === 'swipe' && !canSwipe}
                @click=${() => this.choose(mode)}
                >${viewIcon(mode)}</vscode-button
              >`,
          )}
        </div>
        <span title=${this.syntheticLabel}>${this.syntheticLabel}</span>
      </div>
    `;
  }

  protected override updated(): void {
    // Through the object model: the page's policy forbids style attributes.
    this.panes.style.setProperty('--divider', `${this.divider}%`);
  }

  private pane(
    image: PixelGrid | undefined,
    label: string,
    missing: string | undefined,
    overlay: MapOverlay | undefined,
    className: string,
  ): TemplateResult {
    if (!image && missing !== undefined) {
      return html`<div class="missing">
        ${viewIcon('picture')}
        <span>No ${label.toLowerCase()} image</span>
        <span class="small muted">${missing}</span>
      </div>`;
    }
    return html`<tsynd-image-view
      class=${className}
      label="${label} image"
      .image=${image}
      .overlay=${overlay}
      .viewport=${this.viewport}
      .hasZoomKeys=${true}
      @viewport-change=${(event: CustomEvent<Viewport>) => (this.viewport = event.detail)}
    ></tsynd-image-view>`;
  }

  private slider(): TemplateResult {
    return html`<div
      class="divider"
      role="slider"
      tabindex="0"
      aria-label="Divider between ${this.sourceLabel} and ${this.syntheticLabel}"
      aria-orientation="horizontal"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(this.divider)}
      aria-valuetext="${Math.round(this.divider)} percent ${this.sourceLabel}"
      @pointerdown=${(event: PointerEvent) => this.grab(event)}
      @pointermove=${(event: PointerEvent) => this.dragTo(event)}
      @dblclick=${() => (this.divider = 50)}
      @keydown=${(event: KeyboardEvent) => this.keyPressed(event)}
    >
      <span class="grip" aria-hidden="true"
        ><svg viewBox="0 0 12 12"><path d="M4 3 1.5 6 4 9M8 3l2.5 3L8 9"></path></svg
      ></span>
    </div>`;
  }

  private choose(mode: CompareMode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.dispatchEvent(new CustomEvent('mode-change', { detail: mode }));
  }

  private grab(event: PointerEvent): void {
    if (event.button === 0) this.dividerElement?.setPointerCapture(event.pointerId);
  }

  private dragTo(event: PointerEvent): void {
    if (!this.dividerElement?.hasPointerCapture(event.pointerId)) return;
    const { left, width } = this.panes.getBoundingClientRect();
    this.divider = clampPercent(((event.clientX - left) / width) * 100);
  }

  private keyPressed(event: KeyboardEvent): void {
    const step = event.shiftKey ? 10 * DIVIDER_STEP : DIVIDER_STEP;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowDown')
      this.divider = clampPercent(this.divider - step);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowUp')
      this.divider = clampPercent(this.divider + step);
    else if (event.key === 'Home') this.divider = 0;
    else if (event.key === 'End') this.divider = 100;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function clampPercent(value: number): number {
  return Math.min(100, Math.max(0, value));
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-compare-view': CompareView;
  }
}
