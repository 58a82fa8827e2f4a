import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../src/data/openDataset.ts';
import { CurationSession } from '../../src/jobs/curation/curationSession.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();

test('writes the accepted samples as a dataset, whose path is the last line', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
  const { folder: run } = await tinyRun(dataset, path.join(folder, 'runs'));
  const none = await runCli(['export', run, path.join(folder, 'none')]);
  assert.equal(none.exitCode, 2);
  assert.match(none.stderr, /No sample .* is accepted yet\. Accept samples in the gallery first\./);

  const session = await CurationSession.open(run);
  await session.decide(['sample-000000', 'sample-000003'], 'accepted');
  await session.close();
  const target = path.join(folder, 'curated.npz');
  const { exitCode, stdout, stderr } = await runCli(['export', run, target, '--format', 'npz']);
  assert.equal(exitCode, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.deepEqual(lines, ['train: 40 real and 2 synthetic images', 'val: 12, test: 12 real images', target]);
  assert.equal((await openDataset(target, { seed: 0 })).train.count, 42);
  const again = await runCli(['export', run, target, '--format', 'npz']);
  assert.equal(again.exitCode, 2, 'an export replaces nothing');
});
