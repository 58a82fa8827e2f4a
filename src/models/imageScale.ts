/** From this side in pixels on, networks see images as they see ImageNet's. */
const LARGE_FROM = 112;

/** The first layers of a convolutional network: `small` keeps the size of images, `large` quarters it. */
export type Stem = 'small' | 'large';

/** ImageNet's stem for large images; MedMNIST's for smaller ones, of which the other would leave next to nothing. */
export function stemFor(imageSize: number): Stem {
  return imageSize >= LARGE_FROM ? 'large' : 'small';
}

/** Side in pixels of a transformer's patches: the published 16 for large images, 4 for smaller ones. */
export function patchFor(imageSize: number): number {
  return imageSize >= LARGE_FROM ? 16 : 4;
}
