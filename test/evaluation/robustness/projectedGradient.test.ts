import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomKey } from '../../../src/engine/random.ts';
import { floatTensor, intTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import type { Answers } from '../../../src/evaluation/robustness/attackedClassifier.ts';
import { attackScore } from '../../../src/evaluation/robustness/attackScores.ts';
import { projectedGradient } from '../../../src/evaluation/robustness/projectedGradient.ts';
import { linearModel } from '../../support/linearModel.ts';
import { resultOf } from '../../support/resultOf.ts';

const batch = {
  positions: Int32Array.of(0, 1),
  images: floatTensor([2, 1, 2, 2], 0.5),
  labels: intTensor([2], [0, 1]),
};
const settings = { eps: 0.1, steps: 3, restarts: 3, key: randomKey(2) };

test('of several starts each image keeps its own worst one', async () => {
  // By start, the logits of both images; the first image's label is 0 and the second's 1.
  const scripted = [
    [5, 1, 0, 1],
    [2, 1, 0, 4],
    [3, 1, 7, 1],
  ];
  const starts: HostTensor[] = [];
  const classifier = {
    model: linearModel(),
    batchSize: 2,
    gradient: (images: HostTensor) => Promise.resolve(new Float32Array(images.data.length)),
    answer: (images: HostTensor): Promise<Answers> => {
      const logits = Float32Array.from(scripted[starts.length]);
      starts.push(images);
      return Promise.resolve({ logits, probs: logits });
    },
  };
  const found = await resultOf(projectedGradient(classifier, batch, settings));
  assert.deepEqual(
    found.map((rows) => [...rows]),
    [
      [5, 1, 0, 1],
      [2, 1, 0, 1],
      [2, 1, 7, 1],
    ],
  );
  assert.equal(new Set(starts.map(({ data }) => data.join())).size, 3, 'Each start is another one.');
});

test('the score of an attack is above 0 where another class is predicted, and rises with the loss of labels', () => {
  assert.equal(attackScore(Float32Array.of(1, 3, 2), [1], 'softmax'), -1);
  assert.equal(attackScore(Float32Array.of(1, 3, 2), [2], 'softmax'), 1);
  const loss = (logits: readonly number[], labels: readonly number[]): number =>
    attackScore(Float32Array.from(logits), labels, 'sigmoid');
  assert.ok(Math.abs(loss([0, 0], [1, 0]) - 2 * Math.log(2)) < 1e-12);
  assert.ok(Math.abs(loss([200, -200], [1, 0])) < 1e-12);
  assert.ok(Math.abs(loss([200, -200], [0, 1]) - 400) < 1e-9);
});
