import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readingPace } from '../../src/jobs/readingPace.ts';

test('a report is due three times a second at most, however often one asks', () => {
  let time = 1000;
  const isDue = readingPace(() => time);
  const due: number[] = [];
  for (; time < 2000; time += 10) if (isDue()) due.push(time);
  assert.deepEqual(due, [1300, 1600, 1900]);
  // After a long step the next report is not due sooner.
  time = 5000;
  assert.deepEqual([isDue(), isDue()], [true, false]);
});
