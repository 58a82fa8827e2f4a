import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import type { ColorScale } from '../../src/color/mapLook.ts';
import { paintOverlay } from '../../src/color/overlay.ts';
import { baseStyles } from '../shared/baseStyles.ts';
import { resampleMap, type MapGrid } from '../shared/maps/mapImage.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';

/** What is under the pointer. */
export interface CellReading {
  /** Column and row of the image, from 0. */
  readonly x: number;
  readonly y: number;
  /** [C] of the image, 0 to 255. */
  readonly pixel: readonly number[];
  /** Of the map, where the cell has one; the size alone where that is what is drawn. */
  readonly value: number | undefined;
}

/** Nothing is drawn of a map that is not there. */
const NO_MAP: ColorScale = {
  colors: new Uint8ClampedArray(4 * 257),
  low: 0,
  high: 1,
  opacity: 0,
  isDrawn: () => false,
};

/** An image with a map over it. Tells `cell-hover` with a CellReading, or with undefined when the pointer has left. */
@customElement('tsynd-map-cell')
export class MapCell extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      canvas {
        display: block;
        width: 100%;
        aspect-ratio: 1;
        object-fit: contain;
        image-rendering: pixelated;
        background: var(--tsynd-cell-background, transparent);
        forced-color-adjust: none;
      }
    `,
  ];

  @property({ attribute: false }) picture: ByteImage | undefined;
  @property({ attribute: false }) map: MapGrid | undefined;
  @property({ attribute: false }) scale: ColorScale | undefined;
  /** Whether values are drawn and told without their sign. */
  @property({ attribute: false }) isAbsolute = false;
  /** What the cell shows, for people who do not see it. */
  @property({ attribute: false }) label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  /** [H, W] of the map at the image's pixels. */
  private values: Float32Array | undefined;

  override render(): TemplateResult {
    return html`<canvas
      role="img"
      aria-label=${this.label}
      @pointermove=${(event: PointerEvent) => this.tell(this.readingAt(event))}
      @pointerleave=${() => this.tell(undefined)}
    ></canvas>`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has('picture') || changed.has('map') || changed.has('isAbsolute'))
      this.values = this.resample();
    const { picture, canvas } = this;
    if (!picture) return;
    const { width, height } = picture;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const drawn = new ImageData(width, height);
    const isOverlaid = this.values !== undefined && this.scale !== undefined;
    const values = this.values ?? new Float32Array(width * height);
    paintOverlay(picture, values, isOverlaid ? this.scale! : NO_MAP, drawn.data);
    canvas.getContext('2d')?.putImageData(drawn, 0, 0);
  }

  private resample(): Float32Array | undefined {
    const { picture, map, isAbsolute } = this;
    if (!picture || !map) return undefined;
    const { width, height } = picture;
    const isSameSize = map.width === width && map.height === height;
    const values = isSameSize ? map.values : resampleMap(map, picture, { x: 0, y: 0, width, height });
    return isAbsolute ? values.map(Math.abs) : values;
  }

  private readingAt({ offsetX, offsetY }: PointerEvent): CellReading | undefined {
    const { picture, canvas } = this;
    if (!picture) return undefined;
    const { width, height, channels, pixels } = picture;
    // As `object-fit: contain` lays the image out.
    const scale = Math.min(canvas.clientWidth / width, canvas.clientHeight / height);
    const x = Math.floor((offsetX - (canvas.clientWidth - width * scale) / 2) / scale);
    const y = Math.floor((offsetY - (canvas.clientHeight - height * scale) / 2) / scale);
    if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
    const index = y * width + x;
    const pixel = [...pixels.subarray(index * channels, (index + 1) * channels)];
    return { x, y, pixel, value: this.values?.[index] };
  }

  private tell(reading: CellReading | undefined): void {
    this.dispatchEvent(new CustomEvent<CellReading | undefined>('cell-hover', { detail: reading }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-map-cell': MapCell;
  }
}
