import { mapValueAt } from '../shared/maps/mapImage.ts';
import { formatMapValue } from '../shared/maps/mapWords.ts';
import type { PixelGrid, PixelReading } from '../shared/imageView/pixelGrid.ts';
import { adversarialPictures } from '../shared/maps/adversarialPictures.ts';
import type { Maps } from './inspectorState.ts';

/**
 * What the maps say at a pixel of the image that they lie over, one text a run: the map's value, or the signed
 * difference. Of several runs all are told, wherever the pointer is, since their views show the same place.
 */
export function mapReadings(
  maps: Maps | undefined,
  pixel: Pick<PixelReading, 'x' | 'y'>,
  image: Pick<PixelGrid, 'width' | 'height'>,
): readonly string[] {
  if (maps?.status !== 'asked') return [];
  const texts = maps.runs.map(({ explanation }) => {
    if (explanation.status !== 'ready') return undefined;
    const { value } = explanation;
    if (value.kind === 'saliency') return formatMapValue('saliency', mapValueAt(value.map, image, pixel));
    const { signed } = adversarialPictures(value.result);
    return formatMapValue('adversarial', mapValueAt(signed, signed, pixel));
  });
  return texts.every((text) => text === undefined) ? [] : texts.map((text) => text ?? '–');
}
