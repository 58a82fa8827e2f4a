/** Colours that a table has: an odd number, so that one of them is exactly the middle, the zero of diverging maps. */
export const COLOR_STEPS = 257;

/** [257, 4] RGBA, opaque, of a map from [0, 1] to a colour of CSS, `#rrggbb` or `rgb(r, g, b)`. */
export function bakeColors(colorAt: (fraction: number) => string): Uint8ClampedArray {
  const colors = new Uint8ClampedArray(4 * COLOR_STEPS);
  for (let step = 0; step < COLOR_STEPS; step++) {
    colors.set([...parseColor(colorAt(step / (COLOR_STEPS - 1))), 255], 4 * step);
  }
  return colors;
}

function parseColor(color: string): number[] {
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (hex) return [0, 2, 4].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return (color.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map(Number);
}
