import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bakeColors, COLOR_STEPS } from '../../src/color/bakeColors.ts';
import { DIVERGING_MAPS, divergingColors } from '../../src/color/divergingColors.ts';
import { SEQUENTIAL_MAPS, sequentialColors } from '../../src/color/sequentialColors.ts';

/** Relative luminance of sRGB (IEC 61966-2-1), 0 to 1. */
function luminance(colors: Uint8ClampedArray, step: number): number {
  const linear = (value: number): number =>
    value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const [red, green, blue] = colors.subarray(4 * step, 4 * step + 3);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** As people without long-wave cones see it (Viénot et al. 1999, by its matrix in linear RGB). */
function seenByProtanopes(colors: Uint8ClampedArray, step: number): [number, number, number] {
  const [red, green, blue] = Array.from(
    colors.subarray(4 * step, 4 * step + 3),
    (value) => (value / 255) ** 2.2,
  );
  return [0.11238 * red + 0.88762 * green, 0.11238 * red + 0.88762 * green, 0.00401 * (red - green) + blue];
}

test('colours of CSS are read in both of their spellings', () => {
  assert.deepEqual([...bakeColors(() => '#0a80ff').subarray(0, 4)], [10, 128, 255, 255]);
  assert.deepEqual([...bakeColors(() => 'rgb(10, 128, 255)').subarray(0, 4)], [10, 128, 255, 255]);
});

for (const name of SEQUENTIAL_MAPS) {
  test(`${name} grows in lightness from end to end, so that it reads in grey, too`, () => {
    const colors = sequentialColors(name);
    assert.equal(colors.length, 4 * COLOR_STEPS);
    for (let step = 8; step < COLOR_STEPS; step += 8) {
      assert.ok(luminance(colors, step) > luminance(colors, step - 8), `step ${step}`);
    }
  });
}

for (const name of DIVERGING_MAPS) {
  for (const theme of ['dark', 'light'] as const) {
    test(`${name} on ${theme} has its neutral colour at exactly zero, and ends that red-blind people tell apart`, () => {
      const colors = divergingColors(name, theme);
      const [red, green, blue] = colors.subarray(4 * 128, 4 * 128 + 3);
      assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) <= 10, `${red} ${green} ${blue}`);
      for (const distance of [64, 96]) {
        const [, , low] = seenByProtanopes(colors, 128 - distance);
        const [lowYellow] = seenByProtanopes(colors, 128 - distance);
        const [highYellow, , high] = seenByProtanopes(colors, 128 + distance);
        assert.ok(Math.hypot(high - low, highYellow - lowYellow) > 0.15, `distance ${distance}`);
      }
    });
  }
}
