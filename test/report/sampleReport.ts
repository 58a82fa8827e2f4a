import type {
  ConditionSummary,
  MetricSummary,
  PairedDifference,
  Report,
  ReportRow,
} from '../../src/protocol/report.ts';
import type { Method } from '../../src/protocol/settings.ts';
import { conditionKey, type TestCondition } from '../../src/protocol/testConditions.ts';

export const CONDITIONS: readonly TestCondition[] = [
  { kind: 'clean' },
  { kind: 'noise', sigma: 0.12 },
  { kind: 'noise', sigma: 0.5 },
  { kind: 'fgsm', eps: 8 / 255 },
];

/** Means by arm, of accuracy and all that is derived from it. */
const ARMS: readonly (readonly [Method, number])[] = [
  ['baseline', 0.731],
  ['entropy', 0.75],
  ['mi', 0.8],
];

/** Three arms on one dataset of two classes and three seeds, with exactly known numbers. */
export function sampleReport(change: Partial<Report> = {}): Report {
  const rows = ARMS.map(([method, mean], index) => sampleRow(method, mean, index));
  return {
    title: 'Sample study',
    description: 'What it is for.',
    createdAt: '2026-01-02T03:04:05.000Z',
    reportedAt: '2026-01-02T05:04:05.000Z',
    versions: { tsynd: '0.1.0', node: 'v20.19.0', onnxruntime: '1.23.0' },
    device: 'a processor, 2 threads',
    seeds: [0, 1, 2],
    hours: 2.25,
    yaml: 'title: Sample study # a comment\n',
    datasets: [
      {
        name: 'scans',
        sha256: 'ab'.repeat(32),
        task: 'binary-class',
        classNames: ['benign', 'malignant'],
        imageSize: 28,
        counts: { train: 40, val: 12, test: 12 },
        majorityRate: 0.73,
        majorityClass: 'benign',
      },
    ],
    conditions: CONDITIONS.map((condition) => ({ key: conditionKey(condition), condition })),
    headline: ['clean', 'noise-0.12', conditionKey(CONDITIONS[3])],
    rows,
    entropy: [
      {
        ...{ dataset: 'scans', fraction: 0.01, architecture: 'resnet18', entropy: 'entropy', mi: 'mi' },
        difference: difference(0.05, 'better'),
      },
    ],
    quality: [],
    warnings: ['Few seeds.'],
    ...change,
  };
}

export function sampleRow(method: Method, mean: number, index: number): ReportRow {
  return {
    ...{ dataset: 'scans', fraction: 0.01, architecture: 'resnet18', arm: method, isReference: index === 0 },
    setup: {
      ...{ method, mix: 'real', pool: null, filter: null, ratio: null, head: 'default', recipe: 'medmnist' },
      ...{ dropout: 0.5, pretrained: null, validation: 'full' },
      autoencoderData: method === 'baseline' ? null : 'all',
    },
    cells: [0, 1, 2].map((seed) => ({
      ...{
        id: `${method}-${seed}`,
        seed,
        status: 'finished',
        folder: `cells/${method}-${seed}`,
        seconds: 900,
      },
    })),
    conditions: CONDITIONS.map((condition) => sampleCondition(condition, mean, index)),
    curves: [
      {
        ...{ seed: 0, bestEpoch: 2 },
        points: [
          { epoch: 1, trainLoss: 1, valLoss: 0.9, valAuroc: 0.6 },
          { epoch: 2, trainLoss: 0.5, valLoss: 0.8, valAuroc: 0.7 },
        ],
      },
    ],
    confusion: [
      { truth: 0, predicted: 0, count: 20, images: [{ index: 0, seeds: [0, 1, 2] }] },
      {
        ...{ truth: 0, predicted: 1, count: 7 },
        images: [
          { index: 4, seeds: [0, 1, 2] },
          { index: 9, seeds: [1] },
        ],
      },
      { truth: 1, predicted: 1, count: 9, images: [{ index: 1, seeds: [0, 1, 2] }] },
    ],
    trainedOn: { real: 40, synthetic: 0 },
  };
}

function sampleCondition(condition: TestCondition, clean: number, index: number): ConditionSummary {
  const mean = condition.kind === 'clean' ? clean : clean - 0.2;
  const verdict = index === 1 ? 'unclear' : 'better';
  const metric = (center: number, spread = 0.01): MetricSummary => ({
    values: [center - spread, center, center + spread],
    mean: center,
    deviation: spread,
    ...(index > 0 ? { difference: difference(center - 0.7, verdict) } : {}),
  });
  return {
    ...{ key: conditionKey(condition), condition },
    metrics: {
      accuracy: metric(mean),
      balancedAccuracy: metric(mean - 0.1),
      auroc: metric(mean + 0.05),
      calibrationError: metric(0.1),
      loss: metric(0.5),
    },
    oneClassSeeds: index === 0 && condition.kind === 'fgsm' ? [1] : [],
  };
}

export function difference(mean: number, verdict: PairedDifference['verdict']): PairedDifference {
  return {
    ...{ mean, verdict, pairs: 3, resamples: 1000 },
    seeds: { low: mean - 0.01, high: mean + 0.01 },
    seedsAndImages: { low: mean - 0.04, high: mean + 0.04 },
  };
}
