import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomKey } from '../../src/engine/random.ts';
import { dropoutMasks } from '../../src/tsynd/dropoutMasks.ts';

const [ROWS, FEATURES] = [200, 512];

for (const rate of [0.1, 0.5, 0.8]) {
  test(`masks at rate ${rate} drop that share and keep the expectation`, () => {
    const { data, shape } = dropoutMasks(randomKey(1), ROWS, FEATURES, rate);
    assert.deepEqual(shape, [ROWS, FEATURES]);
    const kept = Math.fround(1 / (1 - rate));
    assert.ok(data.every((value) => value === 0 || value === kept));
    const dropped = data.filter((value) => value === 0).length / data.length;
    assert.ok(Math.abs(dropped - rate) < 5 * Math.sqrt((rate * (1 - rate)) / data.length));
    // Neither a row nor a column is dropped as a whole more often than chance allows.
    for (let row = 0; row < ROWS; row++) {
      const inRow = data.slice(row * FEATURES, (row + 1) * FEATURES).filter((value) => value === 0).length;
      assert.ok(Math.abs(inRow / FEATURES - rate) < 6 * Math.sqrt((rate * (1 - rate)) / FEATURES));
    }
    for (let feature = 0; feature < FEATURES; feature++) {
      const inColumn = data.filter((value, index) => index % FEATURES === feature && value === 0).length;
      assert.ok(Math.abs(inColumn / ROWS - rate) < 6 * Math.sqrt((rate * (1 - rate)) / ROWS));
    }
  });
}

test('without dropout all is kept', () => {
  assert.ok(dropoutMasks(randomKey(1), 3, 5, 0).data.every((value) => value === 1));
});

test('masks depend on the key alone', () => {
  assert.deepEqual(dropoutMasks(randomKey(4), 3, 50, 0.5), dropoutMasks(randomKey(4), 3, 50, 0.5));
  assert.notDeepEqual(dropoutMasks(randomKey(4), 3, 50, 0.5), dropoutMasks(randomKey(5), 3, 50, 0.5));
});
