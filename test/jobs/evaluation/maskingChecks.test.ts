import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { AttackedClassifier } from '../../../src/evaluation/robustness/attackedClassifier.ts';
import { ConditionTester } from '../../../src/evaluation/robustness/conditionTester.ts';
import { checkMasking, maskingPasses } from '../../../src/jobs/evaluation/maskingChecks.ts';
import { conditionKey, type TestCondition } from '../../../src/protocol/testConditions.ts';
import type { Pass } from '../../../src/evaluation/robustness/projectedGradient.ts';
import type { MaskingCheck } from '../../../src/runs/evaluationRecord.ts';
import { linearImages, linearKey, linearModel, linearState, LINEAR_SIDE } from '../../support/linearModel.ts';
import { resultOf } from '../../support/resultOf.ts';

const device = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => device.dispose());
const images = linearImages(40);
const CONDITIONS: TestCondition[] = [
  { kind: 'clean' },
  { kind: 'fgsm', eps: 8 / 255 },
  { kind: 'pgd', eps: 8 / 255, steps: 10, restarts: 1 },
];

async function check(
  scale: number,
  conditions: readonly TestCondition[] = CONDITIONS,
  test = images,
): Promise<MaskingCheck[]> {
  const shape = { batchSize: 40, imageSize: LINEAR_SIDE };
  const classifier = await AttackedClassifier.create(device, linearModel(scale), shape, linearState());
  const tester = new ConditionTester(classifier, test, linearKey);
  const probs = new Map<string, Float32Array>();
  for (const condition of conditions) {
    probs.set(conditionKey(condition), await resultOf(tester.predict(condition)));
  }
  const request = { tester, positions: tester.everything, conditions, probs };
  const job = checkMasking({ ...request, task: 'binary-class', classNames: ['malignant', 'benign'] });
  const planned = maskingPasses(conditions, 1);
  const passes: Record<Pass, number> = { answers: 0, gradient: 0 };
  let next = await job.next();
  for (; !next.done; next = await job.next()) passes[next.value]++;
  for (const pass of ['answers', 'gradient'] as const) {
    assert.ok(passes[pass] <= planned.reduce((sum, each) => sum + each[pass], 0), pass);
  }
  await classifier.dispose();
  return next.value;
}

const failed = (checks: readonly MaskingCheck[]): string[] =>
  checks.filter(({ passed }) => !passed).map(({ check }) => check.split(':')[0]);

test('a classifier whose gradients say what they should passes all checks, and each says its numbers', async () => {
  const checks = await check(1);
  assert.deepEqual(failed(checks), []);
  assert.equal(checks.length, 6);
  for (const { found } of checks) assert.match(found, /\d/);
  assert.match(checks[0].found, /ε 8\/255/);
  assert.doesNotMatch(checks[0].found, /Without any attack/);
});

test('saturated logits hide the gradients, and the checks find it', async () => {
  const names = failed(await check(1e6));
  for (const name of [
    'A search without gradients finds no more',
    'Large changes leave nearly nothing right',
    'Nearly all images have a loss with a gradient by the pixels.',
  ]) {
    assert.ok(names.includes(name), `${name} is not among ${names.join('; ')}`);
  }
});

test('without conditions that attack, one step and many are compared on the checked images', async () => {
  const checks = await check(1, [{ kind: 'clean' }]);
  assert.deepEqual(failed(checks), []);
  assert.match(checks[0].found, /^Accuracy under PGD and under FGSM: [\d.]+ and [\d.]+ at ε 8\/255\.$/);
});

test('a classifier that predicts one class for all is said to', async () => {
  const bright = { ...images, pixels: images.pixels.slice() };
  // All images are the first one.
  for (let image = 1; image < images.count; image++) bright.pixels.copyWithin(image * 64, 0, 64);
  const checks = await check(1, CONDITIONS, bright);
  for (const { found } of checks) {
    assert.match(found, /Without any attack the classifier predicts '(malignant|benign)' for all of them/);
  }
});
