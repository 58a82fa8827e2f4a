import type { PixelGrid } from '../shared/imageView/pixelGrid.ts';
import { autoWindow, fullWindow, valueRangeOf, type WindowLevel } from '../shared/imageView/windowLevel.ts';
import { adversarialPictures } from '../shared/maps/adversarialPictures.ts';
import type { ImageState } from './inspectorState.ts';
import type { InspectorLayer } from './layers.ts';
import type { PageState, WindowChoice } from './pageState.ts';

/** The image that window and level are about: the one that was read, or what a search started from. */
export function windowedImage({ pixels, maps }: ImageState, layer: InspectorLayer): PixelGrid | undefined {
  if (layer !== 'adversarial') return pixels.status === 'ready' ? pixels.value : undefined;
  for (const { explanation } of maps?.status === 'asked' ? maps.runs : []) {
    if (explanation.status !== 'ready' || explanation.value.kind !== 'adversarial') continue;
    return adversarialPictures(explanation.value.result).original;
  }
  return undefined;
}

export function windowChoiceOf({ windows }: PageState, image: PixelGrid): WindowChoice {
  return windows[bitDepthOf(image)];
}

export function windowLevelOf(state: PageState, image: PixelGrid): WindowLevel {
  const choice = windowChoiceOf(state, image);
  if (choice === 'automatic') return autoWindow(valueRangeOf(image));
  return choice === 'full' ? fullWindow(valueRangeOf(image)) : choice;
}

/** With a window for all images of that bit depth. */
export function withWindow(state: PageState, image: PixelGrid, choice: WindowChoice): PageState {
  return { ...state, windows: { ...state.windows, [bitDepthOf(image)]: choice } };
}

function bitDepthOf({ pixels }: PixelGrid): 8 | 16 {
  return pixels instanceof Uint16Array ? 16 : 8;
}
