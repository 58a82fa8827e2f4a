import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cosineSchedule, medmnistSchedule } from '../../src/nn/schedules.ts';
import { assertNumberClose } from '../support/closeness.ts';
import { loadSchedules } from '../support/fixtures.ts';

const { multiStep, cosineWithWarmup } = await loadSchedules();

test("MedMNIST's schedule is the table's", () => {
  const { baseLearningRate, epochs, learningRates } = multiStep;
  const schedule = medmnistSchedule(baseLearningRate, epochs);
  learningRates.forEach((rate, epoch) => assertNumberClose(schedule(epoch), rate, 1e-12, `epoch ${epoch}`));
});

test("the cosine schedule with warm-up is the table's", () => {
  const schedule = cosineSchedule({
    learningRate: cosineWithWarmup.baseLearningRate,
    epochs: cosineWithWarmup.epochs,
    warmupEpochs: cosineWithWarmup.warmupEpochs,
    warmupRate: cosineWithWarmup.warmupLearningRate,
    minimumRate: cosineWithWarmup.minLearningRate,
  });
  cosineWithWarmup.learningRates.forEach((rate, epoch) =>
    assertNumberClose(schedule(epoch), rate, 1e-12, `epoch ${epoch}`),
  );
});

test('a cosine schedule without warm-up begins at its rate, ends at the lowest and stays there', () => {
  const options = { learningRate: 2, epochs: 10, warmupEpochs: 0, warmupRate: 0, minimumRate: 0.5 };
  const schedule = cosineSchedule(options);
  assert.equal(schedule(0), 2);
  assertNumberClose(schedule(5), 1.25, 1e-12, 'halfway');
  assert.equal(schedule(10), 0.5);
  assert.equal(schedule(15), 0.5);
});

test('schedules of few epochs never rise', () => {
  for (let epochs = 1; epochs <= 9; epochs++) {
    const schedule = medmnistSchedule(1, epochs);
    const rates = Array.from({ length: epochs }, (_, epoch) => schedule(epoch));
    assert.equal(rates[0], 1);
    assert.deepEqual(
      rates,
      rates.toSorted((a, b) => b - a),
    );
  }
});
