import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

import { renderPixels } from '../shared/imageView/renderPixels.ts';
import { displayTable, fullWindow } from '../shared/imageView/windowLevel.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';

const LEVELS = 256;
const TABLE = displayTable(fullWindow({ levels: LEVELS }), LEVELS, false);

/** A small image; whoever shows it says in words what it is. */
@customElement('tsynd-picture')
export class Picture extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
    }

    canvas {
      display: block;
      width: 100%;
      aspect-ratio: 1;
      object-fit: contain;
      image-rendering: pixelated;
      forced-color-adjust: none;
    }
  `;

  @property({ attribute: false }) image!: ByteImage;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  override render(): TemplateResult {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('image')) return;
    const { width, height } = this.image;
    this.canvas.width = width;
    this.canvas.height = height;
    const drawn = new ImageData(width, height);
    renderPixels(this.image, { x: 0, y: 0, width, height }, TABLE, new Uint32Array(drawn.data.buffer));
    this.canvas.getContext('2d')?.putImageData(drawn, 0, 0);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tsynd-picture': Picture;
  }
}
