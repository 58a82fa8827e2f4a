import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ErrorCode } from '../../src/protocol/errors.ts';
import { curationState, type CurationDecision } from '../../src/runs/curationLog.ts';
import { metricsLineSchema } from '../../src/runs/metricsLog.ts';
import { formatManifest, parseManifest, type RunManifest } from '../../src/runs/runManifest.ts';
import { sampleRecordSchema } from '../../src/runs/sampleRecord.ts';
import { EXAMPLE_MANIFEST, EXAMPLE_SAMPLE } from './exampleRecords.ts';

const MANIFEST: RunManifest = {
  formatVersion: 1,
  id: '20260131-235959-breastmnist-mi',
  createdAt: '2026-01-31T23:59:59.000Z',
  ...EXAMPLE_MANIFEST,
};

describe('run.json', () => {
  test('is read back as it was written', () => {
    const finished: RunManifest = {
      ...MANIFEST,
      status: 'finished',
      stage: 'samples',
      subsetIndicesFile: 'subset.json',
      timings: { autoencoder: 12.5, classifier: 60 },
      result: { bestEpoch: 3, valAuroc: 0.9, samples: 64 },
    };
    for (const manifest of [MANIFEST, finished]) {
      const text = formatManifest(manifest);
      assert.ok(text.endsWith('}\n'));
      assert.deepEqual(parseManifest(text, 'run.json'), manifest);
    }
  });

  function assertCorrupt(text: string, message: RegExp, code: ErrorCode = 'run/corrupt'): void {
    assert.throws(() => parseManifest(text, 'run.json'), { code, message });
  }

  test('of a later format is told apart from a damaged one', () => {
    const later = JSON.stringify({ ...MANIFEST, formatVersion: 2, stage: 'something new' });
    assertCorrupt(later, /run\.json has format 2, and this version of TSynD reads formats up to 1\./);
    assert.throws(() => parseManifest(later, 'run.json'), { remedy: 'Update TSynD to open this run.' });
  });

  test('that is damaged is refused with the field at fault', () => {
    assertCorrupt('{"formatVersion":1', /run\.json is not JSON/);
    assertCorrupt('[]', /not the record of a run/);
    assertCorrupt(JSON.stringify({ ...MANIFEST, seed: -1 }), /\(seed: /);
    assertCorrupt(JSON.stringify({ ...MANIFEST, status: 'done' }), /\(status: /);
    assertCorrupt(
      JSON.stringify({ ...MANIFEST, dataset: { ...MANIFEST.dataset, sha256: 'A' } }),
      /dataset\.sha256/,
    );
    assertCorrupt(JSON.stringify({ ...MANIFEST, sead: 1 }), /sead/);
    assertCorrupt(JSON.stringify({ ...MANIFEST, subsetIndicesFile: '../subset.json' }), /subsetIndicesFile/);
  });

  test('is not written with values that could not be read back', () => {
    const manifest = { ...MANIFEST, timings: { classifier: NaN } };
    assert.throws(() => formatManifest(manifest), { code: 'internal', message: /timings\.classifier/ });
  });
});

describe('samples.jsonl', () => {
  test('has the documented fields', () => {
    assert.deepEqual(Object.keys(sampleRecordSchema.parse(EXAMPLE_SAMPLE)), [
      ...['id', 'file', 'label', 'parent', 'method', 'steps', 'latentLearningRate', 'noise', 'numMcSamples'],
      ...['maskSeed', 'miBefore', 'miAfter', 'entropyBefore', 'entropyAfter', 'probsBefore', 'probsAfter'],
      ...['predictedLabel', 'latentDistance', 'codesChanged', 'decoderSha256', 'classifierSha256'],
    ]);
  });

  test('allows one 0 or 1 a label for multi-label data, and file parents', () => {
    const parent = { file: 'train/CXR/000012.jpeg', index: 12, split: 'train' };
    // A list may name files anywhere.
    const listed = { ...parent, file: '/data/images/12.png' };
    const above = { ...parent, file: '../images/./12.png' };
    const parents = [parent, listed, above].map((value) => ({ parent: value }));
    for (const change of [{ label: [0, 1], predictedLabel: [1, 1] }, ...parents]) {
      assert.ok(sampleRecordSchema.safeParse({ ...EXAMPLE_SAMPLE, ...change }).success);
    }
  });

  test('refuses parents outside of training, paths that leave the run, and numbers that cannot be', () => {
    const changes: Record<string, unknown>[] = [
      { parent: { index: 12, split: 'test' } },
      { parent: { index: 12, split: 'val' } },
      { parent: { split: 'train' } },
      { file: '/etc/passwd' },
      { file: 'synthetic/../../x.png' },
      { file: 'C:\\x.png' },
      { id: '../x' },
      { id: '' },
      { miAfter: NaN },
      { miAfter: null },
      { probsAfter: [0.5, 1.5] },
      { probsAfter: [] },
      { label: -1 },
      { label: [0, 2] },
      { method: 'magic' },
      { steps: 1.5 },
      { codesChanged: 12 },
      { classifierSha256: 'c'.repeat(63) },
      { confidence: 0.9 },
    ];
    for (const change of changes) {
      assert.ok(
        !sampleRecordSchema.safeParse({ ...EXAMPLE_SAMPLE, ...change }).success,
        JSON.stringify(change),
      );
    }
  });
});

describe('metrics.jsonl', () => {
  const line = {
    stage: 'classifier',
    split: 'val',
    epoch: 1,
    loss: 0.7,
    learningRate: 1e-3,
    secondsElapsed: 2,
  };

  test('takes lines of classifiers and autoencoders', () => {
    const classifier = { ...line, accuracy: 0.8, balancedAccuracy: 0.7, auroc: undefined };
    const autoencoder = {
      ...line,
      stage: 'autoencoder',
      reconstructionLoss: 0.2,
      commitmentLoss: 0.1,
      perplexity: 90,
    };
    for (const value of [classifier, autoencoder]) assert.ok(metricsLineSchema.safeParse(value).success);
  });

  test('refuses the test split and losses that are not numbers', () => {
    for (const change of [{ split: 'test' }, { loss: Infinity }, { epoch: 0 }, { auroc: 1.01 }]) {
      assert.ok(!metricsLineSchema.safeParse({ ...line, ...change }).success, JSON.stringify(change));
    }
  });
});

describe('curation', () => {
  function decide(
    ...decisions: [sampleId: string, decision: CurationDecision['decision']][]
  ): CurationDecision[] {
    return decisions.map(([sampleId, decision]) => ({ time: '2026-01-31T00:00:00Z', sampleId, decision }));
  }

  test('later decisions win', () => {
    const state = curationState(decide(['a', 'accepted'], ['b', 'rejected'], ['a', 'rejected']));
    assert.deepEqual(
      state,
      new Map([
        ['a', 'rejected'],
        ['b', 'rejected'],
      ]),
    );
  });

  test('undone takes back the last decision about that image only', () => {
    const decisions = decide(['a', 'accepted'], ['a', 'rejected'], ['b', 'accepted'], ['a', 'undone']);
    assert.deepEqual(
      curationState(decisions),
      new Map([
        ['a', 'accepted'],
        ['b', 'accepted'],
      ]),
    );
    const more = [...decisions, ...decide(['a', 'undone'], ['a', 'undone'], ['b', 'undone'])];
    assert.deepEqual(curationState(more), new Map());
    assert.deepEqual(curationState([...more, ...decide(['a', 'rejected'])]), new Map([['a', 'rejected']]));
  });
});
