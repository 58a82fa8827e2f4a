import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { readLines } from '../../src/runs/jsonLines.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const SCRIPT = path.join(import.meta.dirname, 'recompute.ts');

for (const [task, channels] of [
  ['binary-class', 1],
  ['multi-class', 3],
  ['multi-label', 1],
] as const) {
  test(`${task}: another process gets the numbers of samples.jsonl from the images and the classifier`, async () => {
    const dataset = writeTinyDataset(path.join(folder, `${task}.npz`), { task, channels });
    const { folder: run } = await tinyRun(dataset, path.join(folder, 'runs'), {
      // Trained long enough for its answers to differ from image to image.
      classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 12 } },
    });
    const output = execFileSync(process.execPath, ['--import', 'tsx', SCRIPT, run], { encoding: 'utf8' });
    const recomputed = JSON.parse(output) as {
      probs: number[];
      mutualInformation: number;
      predictiveEntropy: number;
    }[];
    const { values: records } = await readLines(runPaths(run).samples, sampleRecordSchema);
    assert.equal(recomputed.length, records.length);
    for (const [index, record] of records.entries()) {
      const { probs, mutualInformation, predictiveEntropy } = recomputed[index];
      // The records are float32.
      assertClose(record.miAfter, mutualInformation, `miAfter of ${record.id}`);
      assertClose(record.entropyAfter, predictiveEntropy, `entropyAfter of ${record.id}`);
      for (const [label, prob] of probs.entries()) {
        assertClose(record.probsAfter[label], prob, `probsAfter[${label}] of ${record.id}`);
      }
    }
  });
}

function assertClose(found: number, expected: number, what: string): void {
  assert.ok(Math.abs(found - expected) < 5e-7, `${what} is ${found}, recomputed ${expected}`);
}
