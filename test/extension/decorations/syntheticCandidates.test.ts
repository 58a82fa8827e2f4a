import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { isBelow, SyntheticCandidates } from '../../../src/extension/decorations/syntheticCandidates.ts';

function candidatesAmong(...files: string[]): {
  candidates: SyntheticCandidates;
  asked: string[];
  there: Set<string>;
} {
  const there = new Set(files.map((file) => path.resolve(file)));
  const asked: string[] = [];
  const candidates = new SyntheticCandidates((file) => {
    asked.push(file);
    return Promise.resolve(there.has(file));
  });
  return { candidates, asked, there };
}

describe('files that may be synthetic images', () => {
  test('are PNG files in the synthetic folder of a run', async () => {
    const { candidates } = candidatesAmong('/data/.tsynd/runs/one/run.json');
    assert.ok(await candidates.isCandidate(path.resolve('/data/.tsynd/runs/one/synthetic/benign/s0.png')));
    assert.ok(!(await candidates.isCandidate(path.resolve('/data/.tsynd/runs/one/contactSheet.png'))));
    assert.ok(!(await candidates.isCandidate(path.resolve('/data/synthetic/benign/s0.png'))));
  });

  test('are PNG files of an export, and beside a list of their origins', async () => {
    const { candidates } = candidatesAmong('/data/curated/train/metadata.jsonl');
    assert.ok(await candidates.isCandidate(path.resolve('/data/curated/train/benign/s0.png')));
    assert.ok(await candidates.isCandidate(path.resolve('/data/curated/train/s0.png')));
    assert.ok(!(await candidates.isCandidate(path.resolve('/data/curated/val/benign/s0.png'))));
  });

  test('are not looked for among other files, which cost no look at the disk', async () => {
    const { candidates, asked } = candidatesAmong('/data/curated/train/metadata.jsonl');
    assert.ok(!(await candidates.isCandidate(path.resolve('/data/curated/train/benign/s0.jpg'))));
    assert.ok(!(await candidates.isCandidate(path.resolve('/data/readme.md'))));
    assert.deepEqual(asked, []);
  });

  test('cost one look a folder, until something there has changed', async () => {
    const { candidates, asked, there } = candidatesAmong();
    const files = ['a', 'b', 'c'].map((name) => path.resolve(`/data/data/benign/${name}.png`));
    for (const file of files) assert.ok(!(await candidates.isCandidate(file)));
    assert.equal(asked.length, 2);

    there.add(path.resolve('/data/data/metadata.jsonl'));
    assert.ok(!(await candidates.isCandidate(files[0])));
    candidates.forget(path.resolve('/data/data'));
    assert.ok(await candidates.isCandidate(files[0]));
  });
});

test('a folder holds its files and not those of a folder with a longer name', () => {
  const folder = path.resolve('/data/run');
  assert.ok(isBelow(path.join(folder, 'synthetic', 's0.png'), folder));
  assert.ok(!isBelow(path.resolve('/data/run-2/s0.png'), folder));
  assert.ok(!isBelow(folder, folder));
});
