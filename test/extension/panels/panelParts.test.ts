import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { galleryTitle, shownState } from '../../../src/extension/panels/galleryTitle.ts';
import { runArgument } from '../../../src/extension/panels/runArgument.ts';
import { isImageFile, isSameImage, shownSource } from '../../../src/extension/panels/shownImage.ts';
import { syntheticFileOf } from '../../../src/extension/panels/syntheticFileOf.ts';
import type { RunEntry } from '../../../src/extension/runs/runStore.ts';
import { makeSettings } from '../../../src/protocol/generateChoices.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import type { SampleDetails } from '../../../src/protocol/sampleTable.ts';

const RUN = path.resolve('/data/.tsynd/runs/20260101-120000-breast-mi');

const SUMMARY: RunSummary = {
  folder: RUN,
  id: path.basename(RUN),
  status: 'finished',
  isElsewhere: false,
  samples: 64,
  createdAt: '2026-01-01T12:00:00.000Z',
  settings: makeSettings({ method: 'mi', preset: 'quick', seed: 0, fraction: 1 }),
  dataset: {
    name: 'breast',
    path: '/data/breast',
    format: 'folder',
    task: 'binary-class',
    classNames: ['benign', 'malignant'],
    channels: 1,
    imageSize: 28,
    sha256: 'a'.repeat(64),
  },
};

describe('the run that a command is about', () => {
  test('is found in a folder, an address and an element of the tree', () => {
    const entry: RunEntry = { key: 'job-1', state: 'idle', summary: SUMMARY };
    const { summary: _summary, ...withoutSummary } = entry;
    const progress = {
      folder: RUN,
      stage: 'samples',
      done: 1,
      total: 2,
      unit: 'samples',
      warnings: [],
    } as const;
    for (const argument of [
      RUN,
      { scheme: 'file', fsPath: RUN },
      SUMMARY,
      entry,
      { ...withoutSummary, progress },
    ]) {
      assert.equal(runArgument(argument), RUN);
    }
  });

  test('is not there in anything else', () => {
    for (const argument of [
      undefined,
      null,
      '',
      7,
      {},
      { summary: undefined },
      { key: 'job-1', state: 'queued' },
    ]) {
      assert.equal(runArgument(argument), undefined);
    }
  });
});

describe("a gallery's title", () => {
  test('is dataset and method, or the folder as long as nothing more is known', () => {
    assert.equal(galleryTitle(RUN, SUMMARY), 'breast · mi');
    assert.equal(galleryTitle(RUN, undefined), '20260101-120000-breast-mi');
  });
});

describe('what a gallery shows of its run', () => {
  const progress = { stage: 'samples', done: 8, total: 64, unit: 'samples', warnings: [] } as const;
  const entry: RunEntry = { key: RUN, state: 'running', summary: SUMMARY, progress };

  test('changes with status, stage and samples', () => {
    const changes: RunEntry[] = [
      { ...entry, state: 'idle' },
      { ...entry, summary: { ...SUMMARY, status: 'stopped' } },
      { ...entry, summary: { ...SUMMARY, samples: 72 } },
      { ...entry, progress: { ...progress, done: 16 } },
      { ...entry, progress: { ...progress, stage: 'classifier' } },
    ];
    const states = [entry, ...changes].map(shownState);
    assert.equal(new Set(states).size, states.length);
  });

  test('does not change with a loss, an epoch or a time left', () => {
    const training = { ...progress, stage: 'classifier' } as const;
    const later = { ...training, done: 20, loss: 0.4, epoch: 3, secondsLeft: 60 };
    assert.equal(shownState({ ...entry, progress: training }), shownState({ ...entry, progress: later }));
  });
});

describe('images', () => {
  test('are told by the ending of their names', () => {
    for (const name of ['a.png', 'B.JPG', 'c.jpeg', 'd.bmp', 'e.tif', 'f.TIFF', 'g.gif', 'h.webp']) {
      assert.ok(isImageFile(name), name);
    }
    for (const name of ['png', 'a.png.txt', 'data.npz', 'a.svg']) assert.ok(!isImageFile(name), name);
  });

  test('are the same when file or run and sample are', () => {
    const file = { kind: 'file', path: '/a.png' } as const;
    const { image } = shownSource(RUN, 's0', 'breast.npz [3]');
    assert.ok(isSameImage(file, { ...file }));
    assert.ok(isSameImage(image, { kind: 'source', run: RUN, sampleId: 's0' }));
    assert.ok(!isSameImage(file, { ...file, path: '/b.png' }));
    assert.ok(!isSameImage(file, image));
    assert.ok(!isSameImage(image, { kind: 'source', run: RUN, sampleId: 's1' }));
    assert.ok(!isSameImage(image, { kind: 'source', run: '/other', sampleId: 's0' }));
  });
});

describe("a sample's own file", () => {
  const details = (file: unknown): SampleDetails => ({
    id: 's0',
    record: { file },
    probsBefore: [],
    probsAfter: [],
    source: { path: '/data/a.png', index: 0, exists: true },
  });

  test('lies in its run', () => {
    assert.equal(syntheticFileOf(RUN, details('synthetic/0/s0.png')), path.join(RUN, 'synthetic/0/s0.png'));
  });

  test('is refused where the record points out of the run', () => {
    for (const file of ['../other/s0.png', '/etc/passwd', '..', '', '.', undefined, 7]) {
      assert.throws(() => syntheticFileOf(RUN, details(file)), { code: 'image/outside-run' }, String(file));
    }
  });
});
