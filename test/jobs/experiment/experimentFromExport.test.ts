import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CurationSession } from '../../../src/jobs/curation/curationSession.ts';
import { planComparison } from '../../../src/jobs/experiment/comparedCounts.ts';
import { experimentFromExport } from '../../../src/jobs/experiment/experimentFromExport.ts';
import { parseExperiment } from '../../../src/jobs/experiment/parseExperiment.ts';
import { resolveArms } from '../../../src/jobs/experiment/resolveArms.ts';
import { exportCurated } from '../../../src/jobs/exportCurated/exportCurated.ts';
import { readLines } from '../../../src/runs/jsonLines.ts';
import { runPaths } from '../../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { runWhole } from '../../support/tinyExperiment.ts';
import { tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const out = path.join(folder, '.tsynd/experiments');
const { folder: run } = await tinyRun(dataset, path.join(folder, '.tsynd/runs'), {
  count: 16,
  fraction: 0.5,
  classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 1 } },
});
const { values: samples } = await readLines(runPaths(run).samples, sampleRecordSchema);

async function decide(ids: readonly string[], decision: 'accepted' | 'rejected' | 'cleared'): Promise<void> {
  const session = await CurationSession.open(run);
  await session.decide(ids, decision);
  await session.close();
}

/** The first so many samples of each of the two classes, after those that are left out. */
const ofEach = (count: number, skipped = 0): string[] =>
  [0, 1].flatMap((label) =>
    samples
      .filter((sample) => sample.label === label)
      .slice(skipped, skipped + count)
      .map(({ id }) => id),
  );

await decide(ofEach(5), 'accepted');
await decide(ofEach(2, 5), 'rejected');
const archive = path.join(folder, 'curated.npz');
await exportCurated({ run, format: 'npz', target: archive, syntheticOnly: false });

const REQUEST = { preset: 'quick', seeds: [3, 4], out } as const;

function read(file: string) {
  const text = readFileSync(file, 'utf8');
  const parsed = parseExperiment(text, file);
  return { text, file: parsed.file, arms: resolveArms(parsed) };
}

test('real images are compared with rejected and accepted samples in equal numbers, and with all accepted ones', async () => {
  const { file } = await experimentFromExport({ ...REQUEST, export: archive });
  assert.equal(file, path.join(out, 'curated.yaml'));
  const { text, file: experiment, arms } = read(file);
  assert.deepEqual(
    arms.map(({ name, mix, pool, ratio }) => [name, mix, pool, ratio]),
    [
      ['real', 'real', undefined, undefined],
      ['+ rejected', 'real-and-synthetic', 'rejected', 4 / 20],
      ['+ curated, as many', 'real-and-synthetic', 'curated', 4 / 20],
      ['+ curated', 'real-and-synthetic', 'curated', undefined],
    ],
  );
  assert.deepEqual(experiment.pools.curated, {
    run: `../runs/${path.basename(run)}`,
    samples: 'accepted',
  });
  const { seeds, fractions, subsetSeed, preset, datasets } = experiment;
  assert.deepEqual(
    { seeds, fractions, subsetSeed, preset, datasets },
    {
      seeds: [3, 4],
      fractions: [0.5],
      subsetSeed: TINY_SETTINGS.seed,
      preset: 'quick',
      datasets: ['../../tiny.npz'],
    },
  );
  assert.match(text, /# 20 real training images, 10 accepted and 4 rejected samples\./);
  const { events } = await runWhole({ path: file, out: path.join(folder, 'dry'), dryRun: true });
  const [planned] = events.filter((event) => event.type === 'plan');
  assert.equal(planned.plan.cells.length, 8, 'it can be run');
});

test('the same export has the same file, another one of its name another', async () => {
  const { file } = await experimentFromExport({ ...REQUEST, seeds: [0], export: archive });
  assert.equal(file, path.join(out, 'curated.yaml'));
  assert.deepEqual(read(file).file.seeds, [0]);
  const target = path.join(folder, 'elsewhere/curated');
  await exportCurated({ run, format: 'csv', target, syntheticOnly: false });
  for (const given of [target, path.join(target, 'tsynd.json'), path.join(target, 'dataset.csv')]) {
    const other = await experimentFromExport({ ...REQUEST, export: given });
    assert.equal(other.file, path.join(out, 'curated-2.yaml'), given);
  }
});

test('without rejected samples there is no control', async () => {
  await decide(ofEach(2, 5), 'cleared');
  const { file } = await experimentFromExport({ ...REQUEST, export: archive });
  const { text, arms, file: experiment } = read(file);
  assert.deepEqual(
    arms.map(({ name }) => name),
    ['real', '+ curated'],
  );
  assert.deepEqual(Object.keys(experiment.pools), ['curated']);
  assert.match(text, /# No sample is rejected, so that there is no control\./);
  await decide(ofEach(1), 'cleared');
  const changed = await experimentFromExport({ ...REQUEST, export: archive });
  assert.match(
    read(changed.file).text,
    /# The export holds 10 accepted samples: decisions were changed since\./,
  );
  await decide(ofEach(5), 'cleared');
  await assert.rejects(experimentFromExport({ ...REQUEST, export: archive }), { code: 'export/nothing' });
  await decide(ofEach(5), 'accepted');
});

test('what is no export, or has lost its run or its dataset, is told', async () => {
  await assert.rejects(experimentFromExport({ ...REQUEST, export: dataset }), { code: 'dataset/invalid' });
  await assert.rejects(experimentFromExport({ ...REQUEST, export: path.join(folder, 'gone') }), {
    code: 'dataset/not-found',
  });
  renameSync(dataset, `${dataset}.away`);
  await assert.rejects(experimentFromExport({ ...REQUEST, export: archive }), { code: 'dataset/not-found' });
  renameSync(`${dataset}.away`, dataset);
  const elsewhere = path.join(folder, 'other-runs');
  renameSync(path.dirname(run), elsewhere);
  await assert.rejects(experimentFromExport({ ...REQUEST, export: archive }), { code: 'run/not-found' });
  assert.ok(await experimentFromExport({ ...REQUEST, export: archive, runs: [elsewhere] }));
  rmSync(elsewhere, { recursive: true });
});

test('numbers are the largest that all pools have in the proportions of the real classes', () => {
  const plan = (real: number[], accepted: number[], rejected: number[]) =>
    planComparison({ real, accepted, rejected });
  assert.deepEqual(plan([30, 10], [9, 3], [6, 9]), { curated: { count: 12, isAll: true }, matched: 8 });
  assert.deepEqual(plan([30, 10], [90, 90], [90, 90]), { curated: { count: 40, isAll: false }, matched: 40 });
  assert.deepEqual(plan([30, 10], [90, 5], [90, 90]), { curated: { count: 22, isAll: false }, matched: 22 });
  assert.deepEqual(plan([30, 10], [4, 0], [1, 1]), {
    curated: { count: 4, isAll: true },
    matched: undefined,
  });
  assert.deepEqual(plan([30, 10], [90, 0], [1, 1]), {
    curated: { count: 90, isAll: true },
    matched: undefined,
  });
  assert.deepEqual(plan([30, 0], [4, 0], [7, 0]), { curated: { count: 4, isAll: true }, matched: 4 });
  assert.throws(() => plan([1], [0], [1]), RangeError);
});
