import { html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MapOverlay } from '../maps/mapImage.ts';
import { ImagePainter } from './imagePainter.ts';
import type { ImageTool, ImageViewEvents } from './imageViewEvents.ts';
import { imageStyles } from './imageStyles.ts';
import { isWhole, isSameReading, readPixel, type PixelGrid, type PixelReading } from './pixelGrid.ts';
import {
  fitViewport,
  panBy,
  pixelUnder,
  placeImage,
  scaleOf,
  wheelFactor,
  zoomAbout,
  zoomTo,
  type Point,
  type Size,
  type Viewport,
} from './viewport.ts';
import { dragWindow, fullWindow, isOtherWindow, valueRangeOf, type WindowLevel } from './windowLevel.ts';

/** CSS pixels that an arrow key pans; with shift five times as much, unless that is for another tool. */
const ARROW_STEP = 40;
/** CSS pixels of dragging that an arrow key is worth for the window. */
const WINDOW_STEP = 8;
/** How much a key or a button enlarges. */
export const ZOOM_STEP = 1.25;

const ARROWS: Readonly<Partial<Record<string, Point>>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface Drag {
  readonly tool: ImageTool;
  readonly pointerId: number;
  readonly from: Point;
  readonly windowLevel: WindowLevel;
  last: Point;
}

/**
 * One image on a canvas: the wheel zooms, dragging pans or changes the window (with shift the other, with the
 * middle button it always pans), arrows do what dragging does, a double click shows the whole image. It is as large as
 * its container says.
 */
@customElement('tsynd-image-view')
export class ImageView extends LitElement {
  @property({ attribute: false }) image: PixelGrid | undefined;
  /** The whole image when absent. */
  @property({ attribute: false }) viewport: Viewport | undefined;
  /** As stored when absent. */
  @property({ attribute: false, hasChanged: isOtherWindow }) windowLevel: WindowLevel | undefined;
  @property({ attribute: false }) isInverted = false;
  /** A map to draw over the image. */
  @property({ attribute: false }) overlay: MapOverlay | undefined;
  /** What dragging does. */
  @property({ attribute: false }) tool: ImageTool = 'pan';
  /** What dragging with the shift key does, where that is another thing. */
  @property({ attribute: false }) shiftTool: ImageTool | undefined;
  /** Whether `+`, `-` and `0` zoom; off where the editor binds keys to that itself. */
  @property({ attribute: false }) hasZoomKeys = false;
  /** What the image is, for people who do not see it. */
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') private readonly frame!: HTMLElement;

  private readonly painter = new ImagePainter();
  private readonly observer = new ResizeObserver((entries) => this.resized(entries));
  private pane: Size = { width: 0, height: 0 };
  private toldScale: number | undefined;
  private toldReading: PixelReading | undefined;
  private drag: Drag | undefined;
  private pointer: Point | undefined;
  private pendingDraw: number | undefined;

  static override readonly styles = imageStyles;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    if (this.pendingDraw !== undefined) cancelAnimationFrame(this.pendingDraw);
    this.pendingDraw = undefined;
  }

  /** CSS pixels an image pixel, as shown now; undefined without an image. */
  get scale(): number | undefined {
    return this.drawn ? scaleOf(this.view, this.drawn, this.pane) : undefined;
  }

  /** About the middle. */
  zoomBy(factor: number): void {
    if (this.drawn)
      this.show(zoomTo(this.view, scaleOf(this.view, this.drawn, this.pane) * factor, this.drawn, this.pane));
  }

  /** One CSS pixel an image pixel. */
  showActualSize(): void {
    if (this.drawn) this.show(zoomTo(this.view, 1, this.drawn, this.pane));
  }

  showAll(): void {
    if (this.drawn) this.show(fitViewport(this.drawn));
  }

  /** Does what a key asks for; also for keys that an owner hears while nothing has the focus. */
  handleKey(event: KeyboardEvent): void {
    if (!this.drawn || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.arrowPressed(arrow, event.shiftKey, this.drawn);
    else if (!this.hasZoomKeys) return;
    else if (event.key === '+' || event.key === '=') this.zoomBy(ZOOM_STEP);
    else if (event.key === '-') this.zoomBy(1 / ZOOM_STEP);
    else if (event.key === '0') this.showAll();
    else return;
    event.preventDefault();
    // VS Code listens further out, and would act on the same key again.
    event.stopPropagation();
  }

  private arrowPressed({ x, y }: Point, isShifted: boolean, image: PixelGrid): void {
    const tool = this.toolFor(isShifted);
    if (tool === 'window') {
      const delta = { x: x * WINDOW_STEP, y: y * WINDOW_STEP };
      this.emit('window-change', dragWindow(this.windowOf(image), delta, valueRangeOf(image)));
      return;
    }
    // To the right means to see more of what lies there: the image goes to the left.
    const step = ARROW_STEP * (isShifted && tool === this.tool ? -5 : -1);
    this.show(panBy(this.view, { x: x * step, y: y * step }, image, this.pane));
  }

  private toolFor(isShifted: boolean): ImageTool {
    return isShifted ? (this.shiftTool ?? this.tool) : this.tool;
  }

  private windowOf(image: PixelGrid): WindowLevel {
    return this.windowLevel ?? fullWindow(valueRangeOf(image));
  }

  override render(): TemplateResult {
    const size = this.drawn ? `, ${this.drawn.width} by ${this.drawn.height} pixels` : '';
    return html`<canvas
        class=${this.tool}
        tabindex="0"
        role="img"
        aria-label="${this.label}${size}"
        @wheel=${{ handleEvent: (event: WheelEvent) => this.wheeled(event), passive: false }}
        @pointerdown=${(event: PointerEvent) => this.pressed(event)}
        @pointermove=${(event: PointerEvent) => this.moved(event)}
        @pointerup=${(event: PointerEvent) => this.released(event)}
        @pointercancel=${(event: PointerEvent) => this.released(event)}
        @pointerleave=${() => this.left()}
        @dblclick=${() => this.showAll()}
        @keydown=${(event: KeyboardEvent) => this.handleKey(event)}
      ></canvas>
      <div class="frame"></div>`;
  }

  protected override updated(): void {
    this.requestDraw();
  }

  /** The image, where it can be drawn. */
  private get drawn(): PixelGrid | undefined {
    return this.image && isWhole(this.image) && this.pane.width > 0 && this.pane.height > 0
      ? this.image
      : undefined;
  }

  private get view(): Viewport {
    return this.viewport ?? { scale: 'fit', center: { x: 0, y: 0 } };
  }

  private show(viewport: Viewport): void {
    this.emit('viewport-change', viewport);
  }

  private emit<E extends keyof ImageViewEvents>(name: E, detail: ImageViewEvents[E]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private resized(entries: readonly ResizeObserverEntry[]): void {
    const entry = entries.at(-1);
    if (!entry) return;
    this.pane = { width: entry.contentRect.width, height: entry.contentRect.height };
    this.requestDraw();
  }

  private requestDraw(): void {
    this.pendingDraw ??= requestAnimationFrame(() => {
      this.pendingDraw = undefined;
      this.draw();
    });
  }

  private draw(): void {
    const { canvas, pane } = this;
    const ratio = window.devicePixelRatio;
    const width = Math.round(pane.width * ratio);
    const height = Math.round(pane.height * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    if (this.toldScale !== this.scale) {
      this.toldScale = this.scale;
      this.emit('scale-change', this.toldScale);
    }
    this.frame.hidden = !this.drawn;
    this.tellReading();
    if (!this.drawn) {
      this.painter.clear(canvas);
      return;
    }
    const placement = placeImage(this.view, this.drawn, pane);
    // A white image on a white page still has an edge. Through the object model, as the page's policy asks for.
    const { style } = this.frame;
    style.width = `${this.drawn.width * placement.scale}px`;
    style.height = `${this.drawn.height * placement.scale}px`;
    style.transform = `translate(${placement.left}px, ${placement.top}px)`;
    this.painter.paint(canvas, {
      image: this.drawn,
      placement,
      pane,
      ratio,
      windowLevel: this.windowLevel,
      isInverted: this.isInverted,
      overlay: this.overlay,
    });
  }

  /** Also when the image has moved under a pointer that rests. */
  private tellReading(): void {
    const { drawn, pointer, pane } = this;
    const pixel = drawn && pointer && pixelUnder(placeImage(this.view, drawn, pane), pointer, drawn);
    const reading = pixel && readPixel(drawn, pixel);
    if (isSameReading(reading, this.toldReading)) return;
    this.toldReading = reading;
    this.emit('pixel-hover', reading);
  }

  private pointOf(event: MouseEvent): Point {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private wheeled(event: WheelEvent): void {
    event.preventDefault();
    if (!this.drawn) return;
    const factor = wheelFactor(event.deltaY, event.deltaMode, event.ctrlKey);
    this.show(zoomAbout(this.view, factor, this.pointOf(event), this.drawn, this.pane));
  }

  private pressed(event: PointerEvent): void {
    if (!this.drawn || event.button > 1) return;
    const tool = event.button === 1 ? 'pan' : this.toolFor(event.shiftKey);
    const from = this.pointOf(event);
    const windowLevel = this.windowOf(this.drawn);
    this.drag = { tool, pointerId: event.pointerId, from, last: from, windowLevel };
    this.canvas.setPointerCapture(event.pointerId);
    // The middle button would start to scroll.
    if (event.button === 1) event.preventDefault();
  }

  private moved(event: PointerEvent): void {
    if (!this.drawn) return;
    const point = this.pointOf(event);
    this.pointer = point;
    this.tellReading();

    const { drag } = this;
    if (drag?.pointerId !== event.pointerId) return;
    if (drag.tool === 'pan') {
      const delta = { x: point.x - drag.last.x, y: point.y - drag.last.y };
      this.show(panBy(this.view, delta, this.drawn, this.pane));
    } else {
      const delta = { x: point.x - drag.from.x, y: point.y - drag.from.y };
      if (delta.x === 0 && delta.y === 0) return;
      this.emit('window-change', dragWindow(drag.windowLevel, delta, valueRangeOf(this.drawn)));
    }
    drag.last = point;
  }

  private released(event: PointerEvent): void {
    if (this.drag?.pointerId === event.pointerId) this.drag = undefined;
  }

  private left(): void {
    if (this.drag) return;
    this.pointer = undefined;
    this.tellReading();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-image-view': ImageView;
  }
}
