import assert from 'node:assert/strict';
import { test } from 'node:test';

import { detailsPlace, LEAST_DETAILS } from '../../../webview/gallery/detailsPlace.ts';

const DETAILS = { isOpen: true, width: 400, height: 320 };

test('details stand beside the grid of a wide page, and lie under that of a narrow one', () => {
  const [wide, narrow] = [1000, 600].map((width) => detailsPlace(DETAILS, { width, height: 800 }));
  assert.deepEqual([wide.isStacked, wide.size], [false, 400]);
  assert.deepEqual([narrow.isStacked, narrow.size], [true, 320]);
});

test('details leave room to the grid, and keep a least size of their own', () => {
  const page = { width: 800, height: 600 };
  const { size, most } = detailsPlace({ ...DETAILS, width: 5000 }, page);
  assert.equal(size, most);
  assert.ok(most < page.width);
  assert.equal(detailsPlace({ ...DETAILS, width: 1 }, page).size, LEAST_DETAILS);
  assert.equal(detailsPlace(DETAILS, { width: 100, height: 100 }).size, LEAST_DETAILS);
});
