import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { baseStyles } from '../shared/baseStyles.ts';
import { formatNats, formatNumber } from './formatting.ts';
import {
  brush,
  clampRange,
  fractionOf,
  moveHandle,
  shiftRange,
  type Handle,
  type Histogram,
} from './histogram.ts';
import type { MiRange } from './sampleView.ts';

const HEIGHT = 48;
/** Of the view box; the drawing is stretched to the element's width. */
const WIDTH = 640;
/** A drag shorter than this, in px, is a click. */
const CLICK_PX = 3;

/** What a drag began with: an end of the range, its inside, or the bare ground. */
interface Drag {
  readonly kind: Handle | 'range' | 'ground';
  readonly startX: number;
  readonly startValue: number;
  readonly startRange: MiRange;
}

/** A histogram of MI after with a range to drag over it; tells `range-change` with the range, or undefined for all. */
@customElement('tsynd-mi-brush')
export class MiBrush extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      .plot {
        position: relative;
        height: ${HEIGHT}px;
        margin: 0 6px;
        border-bottom: 1px solid var(--vscode-descriptionForeground);
        cursor: crosshair;
        touch-action: none;
      }

      svg.bars {
        display: block;
        width: 100%;
        height: 100%;
      }

      .bar {
        fill: var(--vscode-descriptionForeground);
        opacity: 0.45;
      }

      .bar.inside {
        fill: var(--vscode-focusBorder);
        opacity: 1;
      }

      .range {
        position: absolute;
        inset-block: 0;
        background: color-mix(in srgb, var(--vscode-focusBorder) 12%, transparent);
        cursor: grab;
      }

      .handle {
        position: absolute;
        inset-block: 0;
        width: 13px;
        margin-left: -6px;
        cursor: ew-resize;
      }

      .handle::before {
        content: '';
        position: absolute;
        inset-block: 0;
        left: 5px;
        width: 2px;
        background: var(--vscode-foreground);
      }

      .handle::after {
        content: '';
        position: absolute;
        bottom: -4px;
        left: 2px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--vscode-foreground);
      }

      .handle:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }

      .scale {
        display: flex;
        justify-content: space-between;
        margin: 6px 6px 0;
      }

      @media (forced-colors: active) {
        .bar.inside {
          fill: Highlight;
        }

        .handle::before,
        .handle::after {
          background: CanvasText;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) histogram!: Histogram;
  @property({ attribute: false }) range: MiRange | undefined;

  private drag: Drag | undefined;

  override render(): TemplateResult {
    const { histogram } = this;
    const range = clampRange(this.range, histogram);
    return html`
      <div
        class="plot"
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @pointerup=${this.onPointerUp}
        @pointercancel=${this.onPointerUp}
      >
        <svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
          ${this.renderBars(range)}
        </svg>
        <div class="range" data-part="range"></div>
        ${this.renderHandle('min', range)} ${this.renderHandle('max', range)}
      </div>
      <div class="scale small muted numbers" aria-hidden="true">
        <span>${formatNumber(histogram.min)}</span>
        <span>${formatNats(histogram.max)}</span>
      </div>
    `;
  }

  /** Positions are set through the object model, which the page's content policy allows, unlike style attributes. */
  override updated(): void {
    const range = clampRange(this.range, this.histogram);
    const from = `${fractionOf(range.min, this.histogram) * 100}%`;
    const to = this.isEmpty ? '100%' : `${fractionOf(range.max, this.histogram) * 100}%`;
    const place = (selector: string, set: (style: CSSStyleDeclaration) => void): void => {
      const element = this.renderRoot.querySelector<HTMLElement>(selector);
      if (element) set(element.style);
    };
    place('.range', (style) => {
      style.left = from;
      style.width = `calc(${to} - ${from})`;
    });
    place('[data-part="min"]', (style) => (style.left = from));
    place('[data-part="max"]', (style) => (style.left = to));
  }

  private get isEmpty(): boolean {
    return this.histogram.max <= this.histogram.min;
  }

  private renderBars(range: MiRange): TemplateResult[] {
    const { counts, min, max } = this.histogram;
    const highest = Math.max(1, ...counts);
    const width = WIDTH / counts.length;
    return Array.from(counts, (count, bin) => {
      // The square root keeps a bin of a few samples in sight beside one of thousands.
      const height = count === 0 ? 0 : Math.max(1, Math.sqrt(count / highest) * HEIGHT);
      const centre = min + ((bin + 0.5) / counts.length) * (max - min);
      const isInside = centre >= range.min && centre <= range.max;
      return svg`<rect class=${isInside ? 'bar inside' : 'bar'} x=${bin * width + 0.5} y=${HEIGHT - height}
        width=${width - 1} height=${height}></rect>`;
    });
  }

  private renderHandle(handle: Handle, range: MiRange): TemplateResult {
    const { histogram } = this;
    return html`<div
      class="handle"
      data-part=${handle}
      role="slider"
      tabindex="0"
      aria-label=${handle === 'min' ? 'Least MI after' : 'Greatest MI after'}
      aria-valuemin=${histogram.min}
      aria-valuemax=${histogram.max}
      aria-valuenow=${range[handle]}
      aria-valuetext=${formatNats(range[handle])}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, handle)}
    ></div>`;
  }

  private onKey(event: KeyboardEvent, handle: Handle): void {
    const { histogram } = this;
    const bin = (histogram.max - histogram.min) / histogram.counts.length;
    const value = clampRange(this.range, histogram)[handle];
    const target = {
      ArrowLeft: value - bin,
      ArrowDown: value - bin,
      ArrowRight: value + bin,
      ArrowUp: value + bin,
      PageDown: value - 10 * bin,
      PageUp: value + 10 * bin,
      Home: histogram.min,
      End: histogram.max,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.tell(moveHandle(this.range, histogram, handle, target));
  }

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || this.isEmpty) return;
    const target = event.composedPath()[0];
    const part = target instanceof HTMLElement ? target.dataset.part : undefined;
    const kind =
      part === 'min' || part === 'max' ? part : part === 'range' && this.range ? 'range' : 'ground';
    this.drag = {
      kind,
      startX: event.clientX,
      startValue: this.valueAt(event.clientX),
      startRange: clampRange(this.range, this.histogram),
    };
    this.plot.setPointerCapture(event.pointerId);
    if (target instanceof HTMLElement && kind !== 'ground') target.focus();
    event.preventDefault();
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    const { drag, histogram } = this;
    if (!drag) return;
    const value = this.valueAt(event.clientX);
    switch (drag.kind) {
      case 'min':
      case 'max':
        this.tell(moveHandle(this.range, histogram, drag.kind, value));
        break;
      case 'range':
        this.tell(shiftRange(drag.startRange, histogram, value - drag.startValue));
        break;
      case 'ground':
        if (Math.abs(event.clientX - drag.startX) >= CLICK_PX)
          this.tell(brush(histogram, drag.startValue, value));
    }
  };

  /** A click on the ground takes the range away. */
  private readonly onPointerUp = (event: PointerEvent): void => {
    if (this.drag?.kind === 'ground' && Math.abs(event.clientX - this.drag.startX) < CLICK_PX)
      this.tell(undefined);
    this.drag = undefined;
  };

  private valueAt(clientX: number): number {
    const { left, width } = this.plot.getBoundingClientRect();
    const fraction = Math.min(1, Math.max(0, (clientX - left) / width));
    return this.histogram.min + fraction * (this.histogram.max - this.histogram.min);
  }

  private get plot(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.plot')!;
  }

  private tell(range: MiRange | undefined): void {
    this.dispatchEvent(new CustomEvent<MiRange | undefined>('range-change', { detail: range }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-mi-brush': MiBrush;
  }
}
