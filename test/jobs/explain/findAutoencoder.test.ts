import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findAutoencoder } from '../../../src/jobs/explain/findAutoencoder.ts';
import { RunFolder } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));

/** A run that was begun, in a folder of its own unless told, with a file where its autoencoder would be. */
async function runWith(hasAutoencoder: boolean, out: string): Promise<RunFolder> {
  const run = await RunFolder.open(await stoppedRun(dataset, path.join(folder, out)));
  if (hasAutoencoder) {
    mkdirSync(run.paths.checkpoints, { recursive: true });
    writeFileSync(run.paths.autoencoder, 'weights');
  }
  return run;
}

test('a run is explained through its own autoencoder, whatever lies beside it', async () => {
  await runWith(true, 'beside');
  const run = await runWith(true, 'beside');
  assert.equal((await findAutoencoder(run)).run.id, run.id);
});

test('two runs that are compared go through one autoencoder, whichever is asked about', async () => {
  const [first, second] = [await runWith(true, 'pair/a'), await runWith(true, 'pair/b')];
  const ofFirst = await findAutoencoder(first, [second]);
  const ofSecond = await findAutoencoder(second, [first]);
  assert.equal(ofFirst.run.paths.root, ofSecond.run.paths.root);
});

test('a run without one takes that of the run it is compared with', async () => {
  const [baseline, other] = [await runWith(false, 'lone'), await runWith(true, 'elsewhere')];
  assert.equal((await findAutoencoder(baseline, [other])).run.paths.root, other.paths.root);
  await assert.rejects(findAutoencoder(baseline), { code: 'run/incomplete' });
});
