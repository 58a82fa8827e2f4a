/** In CSS pixels for panes, in image pixels for images. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In CSS pixels from a pane's top left corner, or in image pixels from an image's. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * What part of an image a pane shows. It does not name the pane's size, so that it survives resizing, may be stored,
 * and given to several panes links them.
 */
export interface Viewport {
  /** CSS pixels an image pixel; 'fit': as large as the pane allows, whatever its size. */
  readonly scale: number | 'fit';
  /** What is at the pane's middle. */
  readonly center: Point;
}

/** Where an image lies in one pane. */
export interface Placement {
  /** CSS pixels an image pixel. */
  readonly scale: number;
  /** Of the image's top left corner, in the pane. */
  readonly left: number;
  readonly top: number;
}

/** Enough to tell neighbouring pixels apart on any screen. */
const LARGEST_SCALE = 64;
/** Scales closer than this are the same. */
const TOLERANCE = 1e-6;

/** The whole image. */
export function fitViewport(image: Size): Viewport {
  return { scale: 'fit', center: middleOf(image) };
}

/** The largest scale that shows the whole image. */
export function fitScale(image: Size, pane: Size): number {
  return Math.min(pane.width / image.width, pane.height / image.height);
}

/** No smaller than the pane or the image's own size asks for, no larger than tells pixels apart. */
export function scaleLimits(image: Size, pane: Size): { readonly min: number; readonly max: number } {
  const fit = fitScale(image, pane);
  return { min: Math.min(fit, 1), max: Math.max(LARGEST_SCALE, 4 * fit) };
}

/** An image smaller than the pane is in its middle; a larger one leaves no gap at any edge. */
export function placeImage(viewport: Viewport, image: Size, pane: Size): Placement {
  const scale = scaleOf(viewport, image, pane);
  return {
    scale,
    left: offset(scale, viewport.center.x, image.width, pane.width),
    top: offset(scale, viewport.center.y, image.height, pane.height),
  };
}

function offset(scale: number, center: number, length: number, room: number): number {
  const extent = length * scale;
  if (extent <= room) return (room - extent) / 2;
  return Math.min(0, Math.max(room - extent, room / 2 - center * scale));
}

/** Enlarges by `factor`; what lies under `point` of the pane stays there, as far as the edges let it. */
export function zoomAbout(
  viewport: Viewport,
  factor: number,
  point: Point,
  image: Size,
  pane: Size,
): Viewport {
  const scale = scaleOf(viewport, image, pane) * factor;
  return zoomToAbout(viewport, scale, point, image, pane);
}

/** A scale, about the pane's middle. */
export function zoomTo(viewport: Viewport, scale: number, image: Size, pane: Size): Viewport {
  return zoomToAbout(viewport, scale, middleOf(pane), image, pane);
}

function zoomToAbout(viewport: Viewport, wanted: number, point: Point, image: Size, pane: Size): Viewport {
  const { min, max } = scaleLimits(image, pane);
  const scale = Math.min(max, Math.max(min, wanted));
  // The scale that fits is kept as such, and stays so when the pane grows.
  if (Math.abs(scale / fitScale(image, pane) - 1) <= TOLERANCE) return fitViewport(image);
  const under = toImage(placeImage(viewport, image, pane), point);
  const center = {
    x: under.x + (pane.width / 2 - point.x) / scale,
    y: under.y + (pane.height / 2 - point.y) / scale,
  };
  return settle({ scale, center }, image, pane);
}

/** Moves the image by that many CSS pixels, as far as there is something to see. */
export function panBy(viewport: Viewport, delta: Point, image: Size, pane: Size): Viewport {
  const { center } = settle(viewport, image, pane);
  const scale = scaleOf(viewport, image, pane);
  return settle(
    { scale: viewport.scale, center: { x: center.x - delta.x / scale, y: center.y - delta.y / scale } },
    image,
    pane,
  );
}

/** The same view with the centre that the edges really allow, so that the next step starts from what is seen. */
function settle(viewport: Viewport, image: Size, pane: Size): Viewport {
  return { scale: viewport.scale, center: toImage(placeImage(viewport, image, pane), middleOf(pane)) };
}

/** CSS pixels an image pixel. */
export function scaleOf(viewport: Viewport, image: Size, pane: Size): number {
  if (viewport.scale === 'fit') return fitScale(image, pane);
  const { min, max } = scaleLimits(image, pane);
  return Math.min(max, Math.max(min, viewport.scale));
}

/** From a pane's coordinates to an image's. */
export function toImage({ scale, left, top }: Placement, { x, y }: Point): Point {
  return { x: (x - left) / scale, y: (y - top) / scale };
}

/** From an image's coordinates to a pane's. */
export function toPane({ scale, left, top }: Placement, { x, y }: Point): Point {
  return { x: x * scale + left, y: y * scale + top };
}

/** Column and row of the pixel under a point of the pane; undefined beside the image. */
export function pixelUnder(placement: Placement, point: Point, image: Size): Point | undefined {
  const { x, y } = toImage(placement, point);
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return undefined;
  return { x: Math.floor(x), y: Math.floor(y) };
}

/**
 * How much one turn of a wheel enlarges. Wheels tell pixels, lines or pages (`deltaMode` 0, 1, 2); a pinch on a
 * touchpad comes as small steps with the control key.
 */
export function wheelFactor(deltaY: number, deltaMode: number, isPinch: boolean): number {
  const pixels = deltaY * ([1, 16, 240][deltaMode] ?? 1);
  const rate = isPinch ? 0.01 : 0.002;
  return Math.min(2, Math.max(0.5, Math.exp(-pixels * rate)));
}

function middleOf({ width, height }: Size): Point {
  return { x: width / 2, y: height / 2 };
}
