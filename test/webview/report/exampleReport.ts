import type {
  ConditionSummary,
  ConfusionCell,
  MetricSummary,
  Report,
  ReportRow,
} from '../../../src/protocol/report.ts';

const SEEDS = [0, 1, 2];

/** Two arms on one dataset of two classes and three seeds; `curated` gets `finished` of its seeds done. */
export function exampleReport({ finished = 3 }: { readonly finished?: number } = {}): Report {
  return {
    title: 'Curated & compared',
    createdAt: '2026-03-01T10:00:00.000Z',
    reportedAt: '2026-03-01T12:00:00.000Z',
    versions: { tsynd: '0.1.0', node: '20.19.0', onnxruntime: '1.30.0' },
    device: 'cpu, 2 threads',
    seeds: SEEDS,
    hours: 1.5,
    yaml: 'title: Curated & compared\n',
    datasets: [
      {
        name: 'breast',
        sha256: 'a'.repeat(64),
        task: 'binary-class',
        classNames: ['benign', '<b>malignant</b>'],
        imageSize: 28,
        counts: { train: 40, val: 12, test: 12 },
        majorityRate: 0.75,
        majorityClass: 'benign',
      },
    ],
    conditions: [{ key: 'clean', condition: { kind: 'clean' } }],
    headline: ['clean'],
    rows: [row('real', 0, 3), row('curated', 1, finished)],
    entropy: [],
    quality: [],
    warnings: finished < 3 ? ['Some cells are not finished yet.'] : [],
  };
}

function row(arm: string, index: number, finished: number): ReportRow {
  const isReference = index === 0;
  const done = SEEDS.slice(0, finished);
  return {
    dataset: 'breast',
    fraction: 1,
    architecture: 'resnet18',
    arm,
    setup: {
      method: 'baseline',
      mix: isReference ? 'real' : 'real-and-synthetic',
      pool: isReference ? null : 'accepted',
      filter: null,
      ratio: isReference ? null : 1,
      head: 'default',
      recipe: 'medmnist',
      dropout: 0.5,
      pretrained: null,
      validation: 'full',
      autoencoderData: null,
    },
    isReference,
    cells: SEEDS.map((seed) => ({
      id: `${arm}-${seed}`,
      seed,
      status: seed < finished ? 'finished' : 'missing',
      folder: `cells/${arm}-${seed}`,
      seconds: seed < finished ? 600 : 0,
    })),
    conditions: finished === 0 ? [] : [condition(done, isReference)],
    curves: done.map((seed) => ({
      seed,
      bestEpoch: 2,
      points: [1, 2, 3].map((epoch) => ({
        epoch,
        trainLoss: 1 / epoch,
        valLoss: 1.1 / epoch,
        valAuroc: 0.6 + 0.05 * epoch,
      })),
    })),
    confusion: finished === 0 ? [] : confusion(finished),
    trainedOn: finished === 0 ? null : { real: 40, synthetic: isReference ? 0 : 40 },
  };
}

function condition(seeds: readonly number[], isReference: boolean): ConditionSummary {
  const metric = (base: number): MetricSummary => {
    const values = seeds.map((seed) => base + 0.01 * seed);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      values,
      mean,
      deviation: values.length > 1 ? 0.01 : null,
      ...(!isReference && {
        difference: {
          mean: 0.02,
          seeds: { low: 0.01, high: 0.03 },
          seedsAndImages: { low: -0.05, high: 0.08 },
          pairs: seeds.length,
          resamples: 1000,
          verdict: seeds.length > 1 ? 'unclear' : 'untested',
        },
      }),
    };
  };
  return {
    key: 'clean',
    condition: { kind: 'clean' },
    metrics: {
      accuracy: metric(0.8),
      balancedAccuracy: metric(0.7),
      auroc: metric(0.85),
      calibrationError: metric(0.1),
      loss: metric(0.5),
    },
    oneClassSeeds: [],
  };
}

/** Test image 7 is benign and taken for malignant by all seeds, image 9 by the first. */
function confusion(finished: number): readonly ConfusionCell[] {
  const all = SEEDS.slice(0, finished);
  const images = (indices: readonly number[]): ConfusionCell['images'] =>
    indices.map((index) => ({ index, seeds: all }));
  return [
    { truth: 0, predicted: 0, count: 7 * finished, images: images([0, 1, 2, 3, 4, 5, 6]) },
    {
      truth: 0,
      predicted: 1,
      count: finished + 1,
      images: [
        { index: 7, file: 'test/benign/scan-7.png', seeds: all },
        { index: 9, file: 'test/benign/scan-9.png', seeds: [0] },
      ],
    },
    { truth: 1, predicted: 1, count: 3 * finished, images: images([8, 10, 11]) },
  ];
}
