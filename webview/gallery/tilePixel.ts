interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The pixel of a picture under a point, where the picture is drawn as large as its box allows, in the middle and
 * undistorted (CSS `object-fit: contain`); undefined beside it. `x` and `y` in px from the top left of the box.
 */
export function pixelUnder(
  { x, y }: { readonly x: number; readonly y: number },
  box: Size,
  picture: Size,
): { readonly x: number; readonly y: number } | undefined {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const left = (box.width - picture.width * scale) / 2;
  const top = (box.height - picture.height * scale) / 2;
  const column = Math.floor((x - left) / scale);
  const row = Math.floor((y - top) / scale);
  const isInside = column >= 0 && column < picture.width && row >= 0 && row < picture.height;
  return isInside ? { x: column, y: row } : undefined;
}
