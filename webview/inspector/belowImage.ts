import { html, nothing, type TemplateResult } from 'lit';
import type { PixelGrid, PixelReading } from '../shared/imageView/pixelGrid.ts';
import '../shared/maps/mapLegend.ts';
import type { MapScales } from '../shared/maps/mapScales.ts';
import { formatPosition, formatScale, formatValues } from './formatting.ts';
import type { ImageState } from './inspectorState.ts';
import { mapReadings } from './mapReadings.ts';
import type { PageState } from './pageState.ts';
import { windowedImage, windowLevelOf } from './windows.ts';

const RAW_UNIT = 'share of the largest value';
const SIZE_UNIT = 'of white, without sign';

/** What the colours of the layer stand for. */
export function legend(
  { layer, maps }: PageState,
  { saliency, signed, absolute }: MapScales,
): TemplateResult {
  switch (layer) {
    case 'image':
      return html``;
    case 'saliency': {
      const unit = maps.saliency.sign === 'raw' ? RAW_UNIT : undefined;
      return html`<div class="legend">
        <tsynd-map-legend .kind=${layer} .scale=${saliency} .unit=${unit}></tsynd-map-legend>
      </div>`;
    }
    case 'adversarial':
      return html`<div class="legend">
        <tsynd-map-legend .kind=${layer} .scale=${signed}></tsynd-map-legend>
        <tsynd-map-legend .kind=${layer} .scale=${absolute} .unit=${SIZE_UNIT}></tsynd-map-legend>
      </div>`;
  }
}

/** What is under the pointer, the window, and the zoom (CSS pixels an image pixel). */
export function statusLine(
  shown: ImageState,
  state: PageState,
  reading: PixelReading | undefined,
  scale: number | undefined,
): TemplateResult {
  if (shown.pixels.status !== 'ready') return html`<div class="status"></div>`;
  const image: PixelGrid = shown.pixels.value;
  const { window, level } = windowLevelOf(state, windowedImage(shown, state.layer) ?? image);
  const values = reading ? mapReadings(shown.maps, reading, image) : [];
  const name = state.layer === 'adversarial' ? 'difference' : 'saliency';
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
      >W ${Math.round(window)} L ${Math.round(level)}${state.isInverted ? ', inverted' : ''}</span
    >
    ${scale === undefined ? nothing : html`<span title="Zoom">${formatScale(scale)}</span>`}
  </div>`;
}
