import type { PixelReading } from './pixelGrid.ts';
import type { Viewport } from './viewport.ts';
import type { WindowLevel } from './windowLevel.ts';

export type ImageTool = 'pan' | 'window';

/** All that an image view tells; the view itself changes nothing, its owner keeps the state. */
export interface ImageViewEvents {
  readonly 'viewport-change': CustomEvent<Viewport>;
  readonly 'window-change': CustomEvent<WindowLevel>;
  /** CSS pixels an image pixel, after a change of any cause; undefined without an image. */
  readonly 'scale-change': CustomEvent<number | undefined>;
  /** Undefined beside the image. */
  readonly 'pixel-hover': CustomEvent<PixelReading | undefined>;
}
