import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors, writeSafetensors } from '../../../src/data/safetensors.ts';
import { evaluatePredictions } from '../../../src/evaluation/evaluatePredictions.ts';
import { evaluateRun } from '../../../src/jobs/evaluateRun.ts';
import { evaluationPaths } from '../../../src/jobs/evaluation/evaluationPaths.ts';
import {
  evaluateUnderConditions,
  type EvaluationProgress,
} from '../../../src/jobs/evaluation/evaluateUnderConditions.ts';
import { readEvaluation, readPredictions } from '../../../src/jobs/evaluation/readEvaluation.ts';
import { openSession } from '../../../src/jobs/openSession.ts';
import { conditionKey, type TestCondition } from '../../../src/protocol/testConditions.ts';
import type { EvaluationRecord } from '../../../src/runs/evaluationRecord.ts';
import { RunFolder } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import {
  stoppedRun,
  TINY_SETTINGS,
  tinyRun,
  writeTinyDataset,
  type TinyTask,
} from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const EPS = [2 / 255, 16 / 255, 64 / 255];
const CONDITIONS: TestCondition[] = [
  { kind: 'clean' },
  { kind: 'noise', sigma: 0.12 },
  ...EPS.map((eps) => ({ kind: 'fgsm', eps }) as const),
  ...EPS.map((eps) => ({ kind: 'pgd', eps, steps: 5, restarts: 2 }) as const),
];

async function trainedRun(task: TinyTask, channels: 1 | 3 = 1): Promise<string> {
  const dataset = writeTinyDataset(path.join(folder, `${task}.npz`), {
    task,
    channels,
    counts: [60, 18, 70],
  });
  const classifier = { duration: { epochs: 6 }, learningRate: 0.01 };
  const change = {
    method: 'baseline',
    count: 0,
    classifier: { ...TINY_SETTINGS.classifier, ...classifier },
  } as const;
  return (await tinyRun(dataset, out, change)).folder;
}

async function evaluate(
  runPath: string,
  {
    conditions = CONDITIONS,
    masking = false,
    signal,
    onEvent = () => undefined,
  }: {
    readonly conditions?: readonly TestCondition[];
    readonly masking?: boolean;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: EvaluationProgress) => void;
  } = {},
): Promise<EvaluationRecord> {
  const { session } = await openSession(await RunFolder.open(runPath), { signal });
  try {
    const job = evaluateUnderConditions(session, { conditions, masking, seed: 3 });
    for (;;) {
      const next = await job.next();
      if (next.done) return next.value;
      onEvent(next.value);
    }
  } finally {
    await session.device.dispose();
  }
}

const binary = await trainedRun('binary-class');
const CHECKS: Readonly<Record<TinyTask, () => Promise<string>>> = {
  'binary-class': () => Promise.resolve(binary),
  'multi-class': () => trainedRun('multi-class', 3),
  'multi-label': () => trainedRun('multi-label'),
};

for (const [task, runOf] of Object.entries(CHECKS)) {
  test(`${task}: scores are those of the stored predictions, and stronger attacks do more harm`, async () => {
    const run = await runOf();
    const record = await evaluate(run);
    assert.deepEqual(await readEvaluation(run), record);
    const predictions = (await readPredictions(run))!;
    assert.deepEqual([...predictions.probs.keys()], CONDITIONS.map(conditionKey));
    for (const { condition, accuracy, loss } of record.conditions) {
      const probs = predictions.probs.get(conditionKey(condition))!;
      const numClasses = record.classNames.length;
      const scored = evaluatePredictions({
        probs,
        labels: predictions.labels,
        task: record.task,
        numClasses,
      });
      assert.equal(accuracy, scored.accuracy);
      assert.equal(loss, scored.loss);
      assert.equal(record.majorityRate, scored.majorityRate);
    }
    const { test: clean } = await evaluateRun(run);
    assert.equal(record.conditions[0].accuracy, clean.accuracy);
    assert.ok(Math.abs(record.conditions[0].loss - clean.loss) < 1e-6);
    assert.ok(clean.auroc! > 0.8, `It has learned nothing: ${clean.auroc}`);

    const lossesOf = (kind: string): number[] =>
      record.conditions.filter(({ condition }) => condition.kind === kind).map(({ loss }) => loss);
    const [fgsm, pgd] = [lossesOf('fgsm'), lossesOf('pgd')];
    for (const losses of [fgsm, pgd]) {
      assert.ok(clean.loss < losses[0] && losses[0] < losses[1] && losses[1] < losses[2], losses.join());
    }
    assert.ok(pgd[2] >= fgsm[2] - 1e-3, 'Several steps are no weaker than one.');
  });
}

test('the same seed gives the same predictions, and progress never goes back', async () => {
  const first = (await evaluate(binary), readFileSync(evaluationPaths(binary).predictions));
  const events: EvaluationProgress[] = [];
  const conditions = [...CONDITIONS, { kind: 'square', eps: EPS[0], queries: 8 } as const];
  const record = await evaluate(binary, {
    conditions,
    masking: true,
    onEvent: (event) => events.push(event),
  });
  assert.ok(events.length > 100);
  const [{ total }] = events;
  events.forEach((event, index) => {
    assert.equal(event.total, total);
    assert.ok(event.done <= total && (index === 0 || event.done >= events[index - 1].done));
  });
  assert.equal(events.at(-1)!.condition, 'checks for masked gradients');
  assert.ok(record.masking.length > 4);
  const { tensors } = await readSafetensors(evaluationPaths(binary).predictions);
  writeFileSync(path.join(folder, 'first.safetensors'), first);
  for (const [name, tensor] of (await readSafetensors(path.join(folder, 'first.safetensors'))).tensors) {
    assert.deepEqual(tensors.get(name), tensor, name);
  }
});

test('a stop leaves no evaluation, and an earlier one as it was', async () => {
  const files = evaluationPaths(binary);
  for (const file of Object.values(files)) rmSync(file, { force: true });
  const stopping = (): Promise<EvaluationRecord> => {
    const controller = new AbortController();
    const onEvent = ({ done, total }: EvaluationProgress): void => {
      if (done > total / 2) controller.abort();
    };
    return evaluate(binary, { signal: controller.signal, onEvent });
  };
  await assert.rejects(stopping(), { code: 'cancelled' });
  for (const file of Object.values(files)) assert.ok(!existsSync(file), file);
  assert.equal(await readEvaluation(binary), undefined);
  assert.equal(await readPredictions(binary), undefined);

  const record = await evaluate(binary);
  await assert.rejects(stopping(), { code: 'cancelled' });
  assert.deepEqual(await readEvaluation(binary), record);
  assert.ok(await readPredictions(binary));
});

test('what a kill or a hand has torn is not taken for an evaluation', async () => {
  const files = evaluationPaths(binary);
  await evaluate(binary);
  const text = readFileSync(files.record, 'utf8');
  rmSync(files.record);
  assert.equal(await readPredictions(binary), undefined, 'predictions without their record');

  const corrupt = { code: 'run/corrupt' };
  writeFileSync(files.record, text.slice(0, text.length / 2));
  await assert.rejects(readEvaluation(binary), corrupt);
  writeFileSync(files.record, text.replace('"formatVersion": 1', '"formatVersion": 2'));
  await assert.rejects(readEvaluation(binary), /reads formats up to 1/);
  writeFileSync(files.record, text.replace('"testImages": 70', '"testImages": 71'));
  await assert.rejects(readPredictions(binary), /lacks the labels of 71 images/);
  writeFileSync(files.record, text);
  assert.ok(await readPredictions(binary));
  const { tensors } = await readSafetensors(files.predictions);
  await writeSafetensors(files.predictions, tensors, { evaluatedAt: '2020-01-01T00:00:00.000Z' });
  await assert.rejects(readPredictions(binary), /belongs to another evaluation/);
  rmSync(files.predictions);
  await assert.rejects(readPredictions(binary), corrupt);
});

test('conditions that cannot be told apart, none, and a run without a classifier are refused', async () => {
  const invalid = { code: 'settings/invalid' };
  const twice = [
    { kind: 'pgd', eps: 0.1, steps: 5, restarts: 1 },
    { kind: 'pgd', eps: 0.1, steps: 9, restarts: 1 },
  ] as const;
  await assert.rejects(evaluate(binary, { conditions: twice }), invalid);
  await assert.rejects(evaluate(binary, { conditions: [] }), invalid);
  const early = await stoppedRun(writeTinyDataset(path.join(folder, 'early.npz')), out);
  await assert.rejects(evaluate(early), { code: 'run/incomplete' });
});
