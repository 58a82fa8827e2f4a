import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomKey } from '../../src/engine/random.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { flipAndShift } from '../../src/tsynd/flipShift.ts';

const SIDE = 28;
const REACH = 3;

/** Images `[N, C, 28, 28]` whose pixels tell where they are: channel, row and column. */
function grids(count: number, channels: number): Float32Array {
  return Float32Array.from({ length: count * channels * SIDE * SIDE }, (_, index) => {
    const channel = Math.floor(index / (SIDE * SIDE)) % channels;
    return channel * 10_000 + (index % (SIDE * SIDE));
  });
}

test('each image is its own, flipped or not, shifted by up to 3 px of 28, with the border repeated', () => {
  const [count, channels] = [200, 3];
  const { data, shape } = flipAndShift(
    floatTensor([count, channels, SIDE, SIDE], grids(count, channels)),
    randomKey(3),
  );
  assert.deepEqual(shape, [count, channels, SIDE, SIDE]);
  const clamp = (position: number): number => Math.min(Math.max(position, 0), SIDE - 1);
  const seen = new Map<string, number>();
  for (let image = 0; image < count; image++) {
    const at = (channel: number, y: number, x: number): number =>
      data[((image * channels + channel) * SIDE + y) * SIDE + x];
    // The middle is never clamped, so that it tells the change.
    const [row, column] = [Math.floor(at(0, 14, 14) / SIDE), at(0, 14, 14) % SIDE];
    const isFlipped = at(0, 14, 15) < at(0, 14, 14);
    const down = 14 - row;
    const right = isFlipped ? column - 13 : 14 - column;
    assert.ok(Math.abs(down) <= REACH && Math.abs(right) <= REACH, `${down} ${right}`);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const from = clamp(x - right);
          const source = isFlipped ? SIDE - 1 - from : from;
          assert.equal(at(channel, y, x), channel * 10_000 + clamp(y - down) * SIDE + source);
        }
      }
    }
    for (const fact of [`flipped ${isFlipped}`, `down ${down}`, `right ${right}`]) {
      seen.set(fact, (seen.get(fact) ?? 0) + 1);
    }
  }
  assert.ok(Math.abs(seen.get('flipped true')! - count / 2) < 4 * Math.sqrt(count / 4));
  for (let shift = -REACH; shift <= REACH; shift++) {
    for (const axis of ['down', 'right']) assert.ok(seen.has(`${axis} ${shift}`), `${axis} ${shift}`);
  }
});

test('a shift of a small image is at least a pixel, and the draws depend on the key alone', () => {
  const images = floatTensor(
    [40, 1, 8, 8],
    Float32Array.from({ length: 40 * 64 }, (_, index) => index % 64),
  );
  const changed = flipAndShift(images, randomKey(1));
  assert.deepEqual(flipAndShift(images, randomKey(1)), changed);
  assert.notDeepEqual(flipAndShift(images, randomKey(2)), changed);
  const rows = new Set(
    Array.from({ length: 40 }, (_, image) => Math.floor(changed.data[image * 64 + 36] / 8)),
  );
  assert.deepEqual([...rows].sort(), [3, 4, 5]);
});
