import type { GallerySnapshot } from '../../../src/protocol/galleryApi.ts';
import type { Label, SampleTable } from '../../../src/protocol/sampleTable.ts';

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
export function snapshotOf(table: SampleTable, change: Partial<GallerySnapshot> = {}): GallerySnapshot {
  return {
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
