import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { AttackedClassifier } from '../../../src/evaluation/robustness/attackedClassifier.ts';
import { ConditionTester } from '../../../src/evaluation/robustness/conditionTester.ts';
import { plannedPasses } from '../../../src/evaluation/robustness/plannedPasses.ts';
import type { Pass } from '../../../src/evaluation/robustness/projectedGradient.ts';
import type { TestCondition } from '../../../src/protocol/testConditions.ts';
import {
  linearImages,
  linearKey,
  linearLogit,
  linearModel,
  linearState,
  linearWeights,
  LINEAR_SIDE,
} from '../../support/linearModel.ts';
import { resultOf } from '../../support/resultOf.ts';

const images = linearImages(20);
const weights = linearWeights();
/** How far a change of 1 in every pixel can carry the logit. */
const reach = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);

async function tester(batchSize = 8): Promise<ConditionTester> {
  const shape = { batchSize, imageSize: LINEAR_SIDE };
  const state = linearState();
  const classifier = await AttackedClassifier.create(new ReferenceDevice(), linearModel(), shape, state);
  return new ConditionTester(classifier, images, linearKey);
}

/** Logits for the labels, above 0 where the model is right: log p / (1 - p). */
function margins(probs: Float32Array): number[] {
  return [...images.labels].map((label, image) => {
    const prob = probs[2 * image + label];
    return Math.log(prob / (1 - prob));
  });
}

const cleanMargins = [...images.labels].map((label, image) => {
  const size = LINEAR_SIDE ** 2;
  const logit = linearLogit(images.pixels.subarray(image * size, (image + 1) * size), weights);
  return label === 1 ? logit : -logit;
});

const attack = async (condition: TestCondition): Promise<number[]> =>
  margins(await resultOf((await tester()).predict(condition)));

const assertNear = (actual: readonly number[], expected: readonly number[], tolerance = 1e-4): void =>
  actual.forEach((value, at) =>
    assert.ok(Math.abs(value - expected[at]) < tolerance, `${at}: ${value} is not ${expected[at]}`),
  );

test('on a linear model FGSM and PGD take from the margin what theory allows, no more and no less', async () => {
  assertNear(await attack({ kind: 'clean' }), cleanMargins);
  for (const eps of [0.01, 0.05]) {
    const expected = cleanMargins.map((margin) => margin - eps * reach);
    assertNear(await attack({ kind: 'fgsm', eps }), expected);
    assertNear(await attack({ kind: 'pgd', eps, steps: 20, restarts: 1 }), expected);
  }
});

test('Square finds most of what is there to be found, and nothing else', async () => {
  const eps = 0.02;
  const found = await attack({ kind: 'square', eps, queries: 400 });
  let breakable = 0;
  found.forEach((margin, image) => {
    const clean = cleanMargins[image];
    assert.ok(margin >= clean - eps * reach - 1e-4, 'It left the ball.');
    if (clean > eps * reach) assert.ok(margin > 0);
    if (clean > 0 && clean < 0.6 * eps * reach) {
      breakable++;
      assert.ok(margin < 0, `Image ${image} of margin ${clean} was not broken: ${margin}`);
    }
    // What is wrong already is not asked about again.
    if (clean < 0) assert.ok(Math.abs(margin - clean) < 1e-4);
  });
  assert.ok(breakable > 3, `${breakable}`);
  const few = await attack({ kind: 'square', eps, queries: 20 });
  assert.ok(few.filter((margin) => margin < 0).length <= found.filter((margin) => margin < 0).length);
});

test('noise, starts and searches do not depend on the size of the batch', async () => {
  const conditions: TestCondition[] = [
    { kind: 'noise', sigma: 0.1 },
    { kind: 'fgsm', eps: 0.02 },
    { kind: 'pgd', eps: 0.02, steps: 2, restarts: 2 },
    { kind: 'square', eps: 0.02, queries: 10 },
  ];
  const [small, large] = [await tester(3), await tester(20)];
  for (const condition of conditions) {
    const expected = await resultOf(large.predict(condition));
    assert.deepEqual(await resultOf(small.predict(condition)), expected, condition.kind);
    const chosen = Int32Array.of(17, 2, 5);
    const rows = [...chosen].flatMap((position) => [...expected.subarray(2 * position, 2 * position + 2)]);
    assert.deepEqual(
      [...(await resultOf(small.predict(condition, chosen)))],
      rows,
      `${condition.kind}, some`,
    );
  }
});

test('each sigma has noise of its own', async () => {
  const [weak, strong] = [
    await attack({ kind: 'noise', sigma: 0.01 }),
    await attack({ kind: 'noise', sigma: 0.02 }),
  ];
  const changes = (margins: readonly number[], sigma: number): number[] =>
    margins.map((margin, image) => (margin - cleanMargins[image]) / sigma);
  const [a, b] = [changes(weak, 0.01), changes(strong, 0.02)];
  assert.ok(a.some((change, image) => Math.abs(change - b[image]) > 1));
});

test('the passes are those that were planned, and the gradients for FGSM are taken once', async () => {
  const conditions: TestCondition[] = [
    { kind: 'clean' },
    { kind: 'fgsm', eps: 0.01 },
    { kind: 'fgsm', eps: 0.02 },
    { kind: 'pgd', eps: 0.02, steps: 3, restarts: 2 },
    { kind: 'square', eps: 0.001, queries: 5 },
  ];
  const asked = await tester();
  const planned = plannedPasses(conditions, 3);
  for (const [index, condition] of conditions.entries()) {
    const passes: Record<Pass, number> = { answers: 0, gradient: 0 };
    const job = asked.predict(condition);
    for (let next = await job.next(); !next.done; next = await job.next()) passes[next.value]++;
    if (condition.kind !== 'square') assert.deepEqual(passes, planned[index], condition.kind);
    else assert.ok(passes.answers <= planned[index].answers && passes.answers > 5);
  }
});
