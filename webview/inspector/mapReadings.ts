import { mapValueAt } from '../shared/maps/mapImage.ts';
import { formatMapValue } from '../shared/maps/mapWords.ts';
import type { PixelGrid, PixelReading } from '../shared/imageView/pixelGrid.ts';
import { adversarialPictures } from './adversarialPictures.ts';
import type { Maps } from './inspectorModel.ts';

/** The pixel under the pointer, and in which image. */
export interface PaneReading {
  readonly pixel: PixelReading;
  readonly image: PixelGrid;
}

/**
 * What the maps say at the pixel under the pointer, one text a run: the map's value, or the signed difference. Of
 * several runs all are told, wherever the pointer is, since their views show the same place.
 */
export function mapReadings(maps: Maps | undefined, { pixel, image }: PaneReading): readonly string[] {
  if (maps?.status !== 'asked') return [];
  const texts = maps.runs.map(({ explanation }) => {
    if (explanation.status !== 'ready') return undefined;
    const { value } = explanation;
    if (value.kind === 'saliency') return formatMapValue('saliency', mapValueAt(value.map, image, pixel));
    const { signed } = adversarialPictures(value.result);
    return formatMapValue('adversarial', mapValueAt(signed, image, pixel));
  });
  return texts.every((text) => text === undefined) ? [] : texts.map((text) => text ?? '–');
}
