import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeSafetensors } from '../../src/data/safetensors.ts';
import { deriveKey, normals, randomKey } from '../../src/engine/random.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { evaluatePredictions } from '../../src/evaluation/evaluatePredictions.ts';
import {
  experimentFileSchema,
  experimentPlanSchema,
  type ExperimentCell,
  type ExperimentPlan,
} from '../../src/protocol/experiment.ts';
import { PRESET_SETTINGS } from '../../src/protocol/settings.ts';
import { conditionKey, type TestCondition } from '../../src/protocol/testConditions.ts';
import { evaluationRecordSchema, type EvaluationRecord } from '../../src/runs/evaluationRecord.ts';
import { formatManifest, type RunManifest } from '../../src/runs/runManifest.ts';

const VERSIONS = { tsynd: '0.1.0', node: 'v20.19.0', onnxruntime: '1.23.0' };
const DEVICE = { name: 'cpu', description: 'a processor, 2 threads', threads: 2 };
const DATASET_SHA = 'a'.repeat(64);
const BEGUN = '2026-01-02T03:04:05.000Z';

const HEADLINE: readonly TestCondition[] = [
  { kind: 'clean' },
  { kind: 'noise', sigma: 0.12 },
  { kind: 'fgsm', eps: 8 / 255 },
];

export interface HandMadeExperiment {
  readonly title?: string;
  readonly datasets?: readonly { readonly name: string; readonly classNames: readonly string[] }[];
  readonly fractions?: readonly number[];
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  /** Those of the headline when absent. */
  readonly conditions?: readonly TestCondition[];
  /** Of each split. */
  readonly images?: number;
  /** How well an arm tells the classes apart: the distance of their logits in standard deviations. */
  readonly skill?: (arm: string, seed: number) => number;
  /** Replaces what the file says of its arms. */
  readonly file?: object;
}

/** Writes an experiment whose cells are all finished, with drawn predictions, and returns its plan. */
export function handMadeExperiment(folder: string, options: HandMadeExperiment = {}): ExperimentPlan {
  const plan = handMadePlan(options);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'experiment.json'), JSON.stringify(plan));
  for (const cell of plan.cells) writeCell(folder, plan, cell, options.skill?.(cell.arm, cell.seed) ?? 1.5);
  return plan;
}

function handMadePlan(options: HandMadeExperiment): ExperimentPlan {
  const {
    title = 'Breast ultrasound',
    datasets = [{ name: 'scans', classNames: ['benign', 'malignant'] }],
    fractions = [0.1],
    arms = ['baseline', 'noise', 'mi'],
    seeds = [0, 1, 2],
    conditions = HEADLINE,
    images = 90,
  } = options;
  const file = experimentFileSchema.parse({
    ...{ title, datasets: ['scans.npz'], fractions, seeds, preset: 'quick', arms },
    ...options.file,
  });
  return experimentPlanSchema.parse({
    ...{ formatVersion: 1, title, createdAt: BEGUN, versions: VERSIONS, device: DEVICE, file },
    yaml: `title: ${title}\nseeds: [${seeds.join(', ')}] # a comment\n`,
    conditions,
    headline: HEADLINE.map(conditionKey),
    datasets: datasets.map(({ name, classNames }) => {
      const counts = labelCounts(labelsOf(images, classNames.length), classNames.length);
      return {
        ...{ name, path: `/data/${name}.npz`, sha256: DATASET_SHA, classNames, imageSize: 28 },
        task: classNames.length === 2 ? 'binary-class' : 'multi-class',
        counts: { train: images, val: images, test: images },
        classCounts: { train: counts, val: counts, test: counts },
      };
    }),
    cells: datasets.flatMap((dataset) =>
      fractions.flatMap((fraction) =>
        seeds.flatMap((seed) =>
          file.arms.map((spec, index) => {
            const arm = typeof spec === 'string' ? spec : (spec.name ?? spec.method);
            const id = `${slug(dataset.name)}-${fraction}-resnet18-${index}-seed${seed}`;
            return { id, dataset: dataset.name, fraction, architecture: 'resnet18', arm, seed };
          }),
        ),
      ),
    ),
  });
}

function writeCell(folder: string, plan: ExperimentPlan, cell: ExperimentCell, skill: number): void {
  const root = path.join(folder, 'cells', cell.id);
  mkdirSync(path.join(root, 'checkpoints'), { recursive: true });
  const classifier = Buffer.from(`weights of ${cell.id}`);
  writeFileSync(path.join(root, 'checkpoints', 'classifier.safetensors'), classifier);
  writeFileSync(path.join(root, 'run.json'), formatManifest(manifestOf(plan, cell)));
  writeFileSync(path.join(root, 'metrics.jsonl'), metricsOf(cell).map(jsonLine).join(''));
  const { record, tensors } = evaluationOf(plan, cell, skill);
  const classifierSha256 = createHash('sha256').update(classifier).digest('hex');
  const metadata = { evaluatedAt: record.evaluatedAt };
  writeFileSync(path.join(root, 'predictions.safetensors'), encodeSafetensors(tensors, metadata));
  writeFileSync(path.join(root, 'evaluation.json'), JSON.stringify({ ...record, classifierSha256 }));
}

function manifestOf(plan: ExperimentPlan, cell: ExperimentCell): RunManifest {
  const dataset = datasetOf(plan, cell);
  const { name, path: datasetPath, sha256, classNames, imageSize, counts } = dataset;
  return {
    ...{ formatVersion: 1, id: cell.id, createdAt: BEGUN, status: 'finished', stage: 'samples' },
    ...{ settings: { ...PRESET_SETTINGS.quick }, seed: cell.seed, versions: VERSIONS, device: DEVICE },
    dataset: {
      ...{ name, path: datasetPath, format: 'npz', sha256, classNames, channels: 1, imageSize, counts },
      task: classNames.length === 2 ? 'binary-class' : 'multi-class',
    },
    trainingImages: { real: 9, synthetic: 0 },
    timings: { classifier: 120, samples: 60 },
    result: { bestEpoch: 8, valAuroc: 0.8, samples: 0 },
  };
}

function metricsOf({ id, seed }: ExperimentCell): object[] {
  return Array.from({ length: 12 }, (_, index) => {
    const epoch = index + 1;
    const [a, b] = normals(deriveKey(randomKey(seed), id, epoch), 2);
    const common = { stage: 'classifier', epoch, learningRate: 1e-3, secondsElapsed: epoch };
    return [
      { ...common, split: 'train', loss: 0.7 * Math.exp(-epoch / 6) + 0.01 * Math.abs(a) },
      {
        ...{ ...common, split: 'val', loss: 0.45 + 0.3 * Math.exp(-epoch / 3) + 0.02 * Math.abs(b) },
        auroc: Math.min(1, 0.9 - 0.35 * Math.exp(-epoch / 4) + 0.01 * a),
      },
    ];
  }).flat();
}

function evaluationOf(
  plan: ExperimentPlan,
  cell: ExperimentCell,
  skill: number,
): { record: EvaluationRecord; tensors: Map<string, HostTensor> } {
  const { classNames, counts } = datasetOf(plan, cell);
  const numClasses = classNames.length;
  const labels = labelsOf(counts.test, numClasses);
  const task = numClasses === 2 ? 'binary-class' : 'multi-class';
  const tensors = new Map<string, HostTensor>([['labels', intTensor([counts.test], labels)]]);
  const conditions = plan.conditions.map((condition) => {
    const key = conditionKey(condition);
    const probs = drawProbs(labels, numClasses, skill - harmOf(condition), `${cell.seed} ${cell.arm}`);
    tensors.set(key, floatTensor([counts.test, numClasses], probs));
    const scores = evaluatePredictions({ probs, labels, task, numClasses });
    const { accuracy, balancedAccuracy, auroc = 0, calibrationError, loss, confusionMatrix } = scores;
    const confusion = confusionMatrix!.map((row) => [...row]);
    return { condition, accuracy, balancedAccuracy, auroc, calibrationError, loss, confusion };
  });
  const record = evaluationRecordSchema.parse({
    ...{ formatVersion: 1, runId: cell.id, evaluatedAt: BEGUN, classifierSha256: 'b'.repeat(64) },
    ...{ datasetSha256: DATASET_SHA, task, classNames, testImages: counts.test, seed: 0, conditions },
    majorityRate: Math.max(...labelCounts(labels, numClasses)) / counts.test,
    ...{ masking: [], predictionsFile: 'predictions.safetensors', seconds: 60 },
  });
  return { record, tensors };
}

/** The same errors under all conditions, which take the classes closer together. */
function drawProbs(labels: Int32Array, numClasses: number, skill: number, name: string): Float32Array {
  const noise = normals(deriveKey(randomKey(5), name), labels.length * numClasses);
  const probs = new Float32Array(labels.length * numClasses);
  for (const [image, label] of labels.entries()) {
    const odds = Array.from({ length: numClasses }, (_, k) =>
      Math.exp(noise[image * numClasses + k] + (k === label ? skill : 0)),
    );
    const sum = odds.reduce((total, value) => total + value, 0);
    for (const [k, value] of odds.entries()) probs[image * numClasses + k] = value / sum;
  }
  return probs;
}

function harmOf(condition: TestCondition): number {
  if (condition.kind === 'clean') return 0;
  if (condition.kind === 'noise') return 3 * condition.sigma;
  return (condition.kind === 'pgd' ? 110 : 70) * condition.eps;
}

/** Two thirds of the first class, the others alike. */
function labelsOf(images: number, numClasses: number): Int32Array {
  return Int32Array.from({ length: images }, (_, image) =>
    image % 3 < 2 ? 0 : 1 + (Math.floor(image / 3) % (numClasses - 1)),
  );
}

function labelCounts(labels: Int32Array, numClasses: number): number[] {
  return Array.from({ length: numClasses }, (_, k) => labels.filter((label) => label === k).length);
}

function datasetOf(plan: ExperimentPlan, cell: ExperimentCell): ExperimentPlan['datasets'][number] {
  return plan.datasets.find(({ name }) => name === cell.dataset)!;
}

function slug(name: string): string {
  return name.replace(/\W+/g, '-');
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
