import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { makeLargeRun } from '../../../bench/largeRun.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { fingerprint } from '../../support/tinyRun.ts';

const folder = temporaryFolder();

test('the run that benches look at is a complete one, and the same each time', async () => {
  const run = await makeLargeRun(path.join(folder, 'one'), { count: 300 });
  const library = new Library();
  assert.deepEqual(await library.checkDataset({ run }), []);
  const summary = await library.summarizeRun({ run });
  assert.deepEqual([summary.status, summary.samples, summary.lastEpoch?.epoch], ['finished', 300, 20]);
  const { table, notices } = await library.readSamples({ run });
  assert.deepEqual([table.ids.length, notices], [300, []]);
  for (const layer of ['synthetic', 'source'] as const) {
    const { missing, pixels } = await library.readSampleImages({ run, ids: table.ids.slice(250), layer });
    assert.deepEqual([missing, pixels.length], [[], 50 * 64 * 64]);
  }
  table.miAfter.forEach((mi, index) => assert.ok(mi > 0 && mi < table.entropyAfter[index]));
  const again = await makeLargeRun(path.join(folder, 'two'), { count: 300 });
  assert.deepEqual(fingerprint(again), fingerprint(run));
});
