import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { QualityProgress } from '../../../src/jobs/quality/measurePool.ts';
import { measureQuality, type QualityRequest } from '../../../src/jobs/quality/measureQuality.ts';
import { writeQuality } from '../../../src/jobs/quality/writeQuality.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { qualityReportSchema, type QualityReport } from '../../../src/protocol/quality.ts';
import { runPaths } from '../../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasetPath = writeTinyDataset(path.join(folder, 'two.npz'));
const maker = (await tinyRun(datasetPath, out, { count: 12 })).folder;
const judge = (await tinyRun(datasetPath, out, { method: 'baseline', count: 0, seed: 2 })).folder;

const samples = readFileSync(runPaths(maker).samples, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => sampleRecordSchema.parse(JSON.parse(line)));

async function measure(
  request: QualityRequest,
): Promise<{ report: QualityReport; events: QualityProgress[] }> {
  const events: QualityProgress[] = [];
  const job = measureQuality({ threads: 1, ...request });
  for (;;) {
    const next = await job.next();
    if (next.done) return { report: next.value, events };
    events.push(next.value);
  }
}

function codeIs(code: string, words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof TsyndError && error.code === code && words.test(error.message);
}

describe('the samples of a run', () => {
  test('are measured in the spaces that need no run, against its own dataset', async () => {
    const { report } = await measure({ pool: maker });
    assert.deepEqual(qualityReportSchema.parse(report), report);
    assert.deepEqual(
      report.spaces.map(({ name }) => name),
      ['pixels', 'radiomics'],
    );
    assert.deepEqual(report.images, { synthetic: 12, train: 40, val: 12, test: 12 });
    assert.equal(report.parents?.known, 12);
    assert.equal(report.agreement, undefined);
  });

  test('are measured by the features of another run, too, which says what it makes of the labels', async () => {
    const { report, events } = await measure({ pool: maker, runPath: judge });
    const names = report.spaces.map(({ name, dimensions }) => `${name} ${dimensions}`);
    assert.deepEqual(names.slice(2), ['classifier 32']);
    assert.equal(report.agreement?.judge, path.basename(judge));
    assert.equal(report.agreement.byClass.length, 2);
    const { byClass, all } = report.agreement;
    const counts = [0, 1].map((label) => samples.filter((sample) => sample.label === label).length);
    const agreed = byClass.reduce<number>((sum, share, label) => sum + (share ?? 0) * counts[label], 0);
    assert.ok(Math.abs(agreed / 12 - all) < 1e-9);
    assert.deepEqual(
      events.map(({ done }) => done),
      events.map((_, at) => at),
    );
    assert.ok(events.every(({ total }) => total === events.length));
    assert.ok(!report.warnings.some((warning) => warning.includes(path.basename(judge))));
  });

  test('are measured by their own run, with its autoencoder, with a warning', async () => {
    const { report } = await measure({ pool: maker, runPath: maker });
    const names = report.spaces.map(({ name, dimensions }) => `${name} ${dimensions}`);
    assert.deepEqual(names.slice(2), ['classifier 32', 'autoencoder 4']);
    assert.ok(report.warnings.some((warning) => warning.includes('made the pool itself')));
    const agreed = samples.filter(({ label, predictedLabel }) => label === predictedLabel).length;
    assert.equal(report.agreement?.all, agreed / 12);
    assert.equal(new Set(report.spaces.map(({ sha256 }) => sha256)).size, 4);
  });

  test('go into the folder of the run, or where one says', async () => {
    const { report } = await measure({ pool: maker });
    const file = await writeQuality(report);
    assert.equal(path.dirname(file ?? ''), path.join(maker, 'quality'));
    assert.deepEqual(JSON.parse(readFileSync(file!, 'utf8')), report);
    const elsewhere = path.join(folder, 'new', 'quality.json');
    assert.equal(await writeQuality(report, elsewhere), elsewhere);
    rmSync(path.join(maker, 'quality'), { recursive: true });
  });

  test('that a person decided about can be none', async () => {
    await assert.rejects(
      measure({ pool: maker, samples: 'accepted' }),
      codeIs('settings/invalid', /is accepted/),
    );
  });
});

describe('a pool of another generator', () => {
  test('needs a dataset', async () => {
    await assert.rejects(measure({ pool: datasetPath }), codeIs('settings/invalid', /real images/));
  });

  test('that holds the dataset itself is found out, and nothing is written into it', async () => {
    const { report } = await measure({ pool: datasetPath, datasetPath });
    assert.equal(report.spaces[0].copies.train.exact, report.images.synthetic);
    assert.ok(report.warnings.some((warning) => warning.includes('exact copies of training images')));
    assert.equal(await writeQuality(report), undefined);
  });

  test('is not judged by a run of other classes or colours', async () => {
    const others = [
      { file: 'three.npz', choices: { task: 'multi-class' }, words: /does not fit/ },
      {
        file: 'colour.npz',
        choices: { channels: 3 },
        words: /sees grey images of 8 px, and these are colour images of 8 px/,
      },
    ] as const;
    for (const { file, choices, words } of others) {
      const other = writeTinyDataset(path.join(folder, file), choices);
      const request = { pool: other, datasetPath: other, runPath: judge };
      await assert.rejects(measure(request), codeIs('run/settings-differ', words));
    }
  });
});
