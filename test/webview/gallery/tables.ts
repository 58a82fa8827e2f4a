import type { SamplesSnapshot, ScoresSnapshot } from '../../../src/protocol/galleryApi.ts';
import type { Label, SampleTable } from '../../../src/protocol/sampleTable.ts';
import type { ScoreTable } from '../../../src/protocol/scoreTable.ts';

/** A table of samples `s0`, `s1`, … with given columns; what is not given is 0. */
export function tableOf(
  columns: {
    readonly labels?: readonly Label[];
    readonly predictedLabels?: readonly Label[];
    readonly miBefore?: readonly number[];
    readonly miAfter?: readonly number[];
    readonly entropyAfter?: readonly number[];
    readonly latentDistance?: readonly number[];
  },
  count: number,
): SampleTable {
  const numbers = (values: readonly number[] | undefined): Float32Array =>
    Float32Array.from({ length: count }, (_, row) => values?.[row] ?? 0);
  const labels = columns.labels ?? Array.from({ length: count }, () => 0);
  return {
    ids: Array.from({ length: count }, (_, row) => `s${row}`),
    labels,
    predictedLabels: columns.predictedLabels ?? labels,
    miBefore: numbers(columns.miBefore),
    miAfter: numbers(columns.miAfter),
    entropyBefore: numbers(undefined),
    entropyAfter: numbers(columns.entropyAfter),
    latentDistance: numbers(columns.latentDistance),
    numMcSamples: 20,
  };
}

/** A finished run of two classes with these samples. */
export function snapshotOf(table: SampleTable, change: Partial<SamplesSnapshot> = {}): SamplesSnapshot {
  return {
    kind: 'samples',
    run: {
      folder: '/runs/a',
      id: 'a',
      status: 'finished',
      isElsewhere: false,
      samples: table.ids.length,
      dataset: {
        name: 'example',
        path: '/data/example.npz',
        format: 'npz',
        task: 'binary-class',
        classNames: ['malignant', 'benign'],
        channels: 1,
        imageSize: 28,
        sha256: '0'.repeat(64),
      },
    },
    table,
    curation: { decisions: {}, canUndo: false, canRedo: false },
    notices: [],
    ...change,
  };
}

/** Scores of images `i0`, `i1`, … with given columns; what is not given is 0, and no image has a copy. */
export function scoreTableOf(
  columns: {
    readonly labels?: readonly Label[];
    readonly predictedLabels?: readonly Label[];
    readonly splits?: readonly number[];
    readonly mi?: readonly number[];
    readonly entropy?: readonly number[];
    readonly loss?: readonly number[];
    readonly duplicates?: readonly number[];
  },
  count: number,
): ScoreTable {
  const rows = Array.from({ length: count }, (_, row) => row);
  const numbers = (values: readonly number[] | undefined): Float32Array =>
    Float32Array.from(rows, (row) => values?.[row] ?? 0);
  const labels = columns.labels ?? rows.map(() => 0);
  return {
    ids: rows.map((row) => `i${row}`),
    labels,
    predictedLabels: columns.predictedLabels ?? labels,
    splits: Uint8Array.from(rows, (row) => columns.splits?.[row] ?? 0),
    mi: numbers(columns.mi),
    entropy: numbers(columns.entropy),
    loss: numbers(columns.loss),
    duplicates: Int32Array.from(rows, (row) => columns.duplicates?.[row] ?? -1),
    numMcSamples: 20,
  };
}

/** Those scores, by the classifier of the run of `snapshotOf`. */
export function scoresSnapshotOf(table: ScoreTable): ScoresSnapshot {
  const { run } = snapshotOf(tableOf({}, 0));
  return {
    kind: 'scores',
    run,
    scores: {
      folder: '/runs/a/scores/b',
      run: run.folder,
      runId: run.id,
      scoredAt: '2026-01-31T12:00:00.000Z',
      dataset: {
        path: '/data/example.npz',
        name: 'example',
        sha256: '0'.repeat(64),
        classNames: ['malignant', 'benign'],
        imageSize: 28,
        channels: 1,
      },
      splits: ['train', 'val', 'test'],
      images: table.ids.length,
      numMcSamples: 20,
      maskSeed: 7,
      classifierSha256: '1'.repeat(64),
    },
    table,
    notices: [],
  };
}
