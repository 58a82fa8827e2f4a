import { paintOverlay } from '../../../src/color/overlay.ts';
import { resampleMap, type MapGrid, type MapOverlay } from '../maps/mapImage.ts';
import { levelsOf, type PixelGrid } from './pixelGrid.ts';
import { Pyramid, visibleRegion } from './pyramid.ts';
import { renderPixels, type Region } from './renderPixels.ts';
import type { Placement, Size } from './viewport.ts';
import { displayTable, fullWindow, type WindowLevel } from './windowLevel.ts';

/** What one picture of a pane depends on. */
export interface Scene {
  readonly image: PixelGrid;
  readonly placement: Placement;
  /** CSS pixels. */
  readonly pane: Size;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** The full window when absent. */
  readonly windowLevel?: WindowLevel | undefined;
  readonly isInverted: boolean;
  /** Over the image as it is windowed. */
  readonly overlay?: MapOverlay | undefined;
}

interface Resampled {
  readonly map: MapGrid;
  readonly image: PixelGrid;
  readonly key: string;
  readonly values: Float32Array;
}

/**
 * Draws the visible part of an image on a canvas, at no more pixels than the screen has. What it needs for that, it
 * keeps and uses again.
 */
export class ImagePainter {
  private readonly scratch = document.createElement('canvas');
  private buffer = new Uint32Array(0);
  private table = new Uint8Array(0);
  private image: PixelGrid | undefined;
  private pyramid: Pyramid | undefined;
  private resampled: Resampled | undefined;

  paint(canvas: HTMLCanvasElement, scene: Scene): void {
    const { image, placement, pane, ratio, windowLevel, isInverted, overlay } = scene;
    const context = canvas.getContext('2d');
    const scratch = this.scratch.getContext('2d');
    if (!context || !scratch) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (this.image !== image) {
      this.image = image;
      this.pyramid = new Pyramid(image);
    }
    const { image: level, factor } = this.pyramid!.levelFor(placement.scale * ratio);
    const region = visibleRegion(placement, pane, level, factor);
    if (!region) return;

    const levels = levelsOf(image);
    this.table = displayTable(windowLevel ?? fullWindow({ levels }), levels, isInverted, this.table);
    const count = region.width * region.height;
    if (this.buffer.length < count) this.buffer = new Uint32Array(count);
    renderPixels(level, region, this.table, this.buffer);
    this.scratch.width = region.width;
    this.scratch.height = region.height;
    const rgba = new Uint8ClampedArray(this.buffer.buffer, 0, count * 4);
    if (overlay) {
      paintOverlay(
        { pixels: rgba, channels: 4 },
        this.mapIn(overlay, image, region, factor),
        overlay.scale,
        rgba,
      );
    }
    scratch.putImageData(new ImageData(rgba, region.width, region.height), 0, 0);

    const step = placement.scale * factor * ratio;
    // An enlarged pixel is a square with sharp edges: what is between pixels was not measured.
    context.imageSmoothingEnabled = step < 1;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this.scratch,
      Math.round(placement.left * ratio) + region.x * step,
      Math.round(placement.top * ratio) + region.y * step,
      region.width * step,
      region.height * step,
    );
  }

  /** The map's values in a part of the image; windowing and colours leave them as they are. */
  private mapIn({ map }: MapOverlay, image: PixelGrid, region: Region, factor: number): Float32Array {
    const key = [region.x, region.y, region.width, region.height, factor].join();
    const last = this.resampled;
    if (last?.map === map && last.image === image && last.key === key) return last.values;
    const values = resampleMap(map, image, region, factor);
    this.resampled = { map, image, key, values };
    return values;
  }

  /** Lets go of the image. */
  clear(canvas: HTMLCanvasElement): void {
    canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    this.image = undefined;
    this.pyramid = undefined;
    this.resampled = undefined;
  }
}
