import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { linear } from '../../src/engine/ops/linear.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { uncertaintyOf, type Likelihood } from '../../src/tsynd/uncertainty.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { loadUncertainty } from '../support/fixtures.ts';
import { inputLike } from '../support/inPrecision.ts';
import { runOnce } from '../support/runGraph.ts';

const fixture = await loadUncertainty();
const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

interface Measured {
  readonly mutualInformation: HostTensor;
  readonly predictiveEntropy: HostTensor;
  readonly expectedEntropy: HostTensor;
  readonly meanLogProbs: HostTensor;
  readonly gradients: Readonly<Record<string, HostTensor>>;
}

/** All measures of logits `[S, N, K]`, and the gradient of each one's sum. */
async function measure(device: Device, logits: HostTensor, likelihood: Likelihood): Promise<Measured> {
  const results = await runOnce(
    device,
    (graph) => {
      const x = inputLike(graph, 'logits', logits);
      const { mutualInformation, predictiveEntropy, meanLogProbs } = uncertaintyOf(x, likelihood);
      const measures = {
        mutualInformation,
        predictiveEntropy,
        expectedEntropy: sub(predictiveEntropy, mutualInformation),
      };
      const gradients = Object.entries(measures).map(
        ([name, value]) => [`${name}Gradient`, gradientsOf(sum(value), [x])[0]] as const,
      );
      return { ...measures, meanLogProbs, ...Object.fromEntries(gradients) };
    },
    { logits },
  );
  const { mutualInformation, predictiveEntropy, expectedEntropy, meanLogProbs } = results;
  return { mutualInformation, predictiveEntropy, expectedEntropy, meanLogProbs, gradients: results };
}

for (const { name, task } of fixture.description.cases) {
  test(`${name}: values and gradients are PyTorch's in float64`, async () => {
    const measured = await measure(reference, fixture.tensor(`${name}/logits`), task);
    for (const kind of fixture.description.measures) {
      assertClose(measured[kind], fixture.tensor(`${name}/${kind}`), 1e-12, kind);
      assertClose(
        measured.gradients[`${kind}Gradient`],
        fixture.tensor(`${name}/${kind}Gradient`),
        1e-12,
        kind,
      );
    }
  });

  test(`${name}: the cpu is close, finite and not negative`, async () => {
    const measured = await measure(cpu, fixture.tensor(`${name}/logits`), task);
    for (const kind of fixture.description.measures) {
      assertClose(measured[kind], fixture.tensor(`${name}/${kind}`), 1e-5, kind);
      assertClose(
        measured.gradients[`${kind}Gradient`],
        fixture.tensor(`${name}/${kind}Gradient`),
        1e-5,
        kind,
      );
    }
    assert.ok(measured.mutualInformation.data.every((value) => value > -1e-6));
  });
}

/** Differences may not exceed `tolerance`, of the values or where they are below 1 of a nat. */
function assertClose(actual: HostTensor, expected: HostTensor, tolerance: number, what: string): void {
  assert.deepEqual(actual.shape, expected.shape, what);
  expected.data.forEach((value, index) => {
    const isClose = Math.abs(actual.data[index] - value) <= tolerance * Math.max(1, Math.abs(value));
    assert.ok(isClose, `${what}: element ${index} is ${actual.data[index]}, not ${value}`);
  });
}

test("through dropout masks and a linear head, the gradient of the features is PyTorch's", async () => {
  const { features, weight, bias, masks } = Object.fromEntries(fixture.group('head'));
  const [images, width] = features.shape;
  const results = await runOnce(
    reference,
    (graph) => {
      const x = inputLike(graph, 'features', features);
      const masked = mul(
        reshape(x, [1, images, width]),
        reshape(inputLike(graph, 'masks', masks), [masks.shape[0], 1, width]),
      );
      const logits = linear(masked, inputLike(graph, 'weight', weight), inputLike(graph, 'bias', bias));
      const { mutualInformation } = uncertaintyOf(logits, 'softmax');
      const [gradient] = gradientsOf(sum(mutualInformation), [x]);
      return { logits, mutualInformation, gradient };
    },
    { features, weight, bias, masks },
  );
  assertElementsClose(results.logits, fixture.tensor('head/logits'), 1e-12, 'logits');
  assertElementsClose(
    results.mutualInformation,
    fixture.tensor('head/mutualInformation'),
    1e-12,
    'information',
  );
  assertElementsClose(results.gradient, fixture.tensor('head/mutualInformationGradient'), 1e-10, 'gradient');
});

test('mutual information lies between 0 and what masks, classes and entropy allow', async () => {
  for (let seed = 0; seed < 30; seed++) {
    const draw = new Draw(`information ${seed}`);
    const [samples, images, classes] = [draw.integer(1, 12), draw.integer(1, 5), draw.integer(2, 6)];
    const logits = draw.normal([samples, images, classes], { deviation: draw.pick([0.01, 1, 10, 60]) });
    for (const [device, slack] of [
      [reference, 1e-12],
      [cpu, 1e-5],
    ] as const) {
      const { mutualInformation, predictiveEntropy } = await measure(device, logits, 'softmax');
      mutualInformation.data.forEach((information, image) => {
        const what = `seed ${seed}, ${device.name}: ${information}`;
        assert.ok(information >= -slack, what);
        assert.ok(information <= Math.min(Math.log(samples), predictiveEntropy.data[image]) + slack, what);
        assert.ok(predictiveEntropy.data[image] <= Math.log(classes) + slack, what);
      });
    }
  }
});

test('masks that agree carry no information, and two that contradict each other log 2', async () => {
  const agreeing = floatTensor([3, 1, 2], [4, -1, 4, -1, 4, -1]);
  assert.ok(Math.abs((await measure(cpu, agreeing, 'softmax')).mutualInformation.data[0]) < 1e-6);
  const contradicting = floatTensor([2, 1, 2], [50, -50, -50, 50]);
  const { mutualInformation } = await measure(cpu, contradicting, 'softmax');
  assert.ok(Math.abs(mutualInformation.data[0] - Math.log(2)) < 1e-6);
});

test('one sigmoid equals a softmax over 0 and its logit', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const draw = new Draw(`sigmoid ${seed}`);
    const single = draw.normal([5, 4, 1], { deviation: 1 + 4 * seed });
    const pairs = floatTensor(
      [5, 4, 2],
      Float64Array.from({ length: 40 }, (_, i) => (i % 2 ? 0 : single.data[i / 2])),
    );
    const [one, two] = [
      await measure(reference, single, 'sigmoid'),
      await measure(reference, pairs, 'softmax'),
    ];
    for (const kind of fixture.description.measures)
      assertClose(one[kind], two[kind], 1e-12, `seed ${seed} ${kind}`);
    const present = floatTensor([4, 1], two.meanLogProbs.data.filter((_, i) => i % 2 === 0) as Float64Array);
    assertClose(one.meanLogProbs, present, 1e-12, `seed ${seed} log p`);
  }
});

test('several labels add up', async () => {
  const draw = new Draw('labels');
  const logits = draw.normal([5, 4, 3], { deviation: 2 });
  const all = await measure(reference, logits, 'sigmoid');
  const ofLabel = (label: number): HostTensor =>
    floatTensor(
      [5, 4, 1],
      Float64Array.from({ length: 20 }, (_, i) => logits.data[i * 3 + label]),
    );
  const single: Measured[] = [];
  for (const label of [0, 1, 2]) single.push(await measure(reference, ofLabel(label), 'sigmoid'));
  for (const kind of fixture.description.measures) {
    const total = Float64Array.from({ length: 4 }, (_, image) =>
      single.reduce((sumOfLabels, measured) => sumOfLabels + measured[kind].data[image], 0),
    );
    assertNormClose(all[kind], floatTensor([4], total), 1e-12, kind);
  }
});

test('the mean prediction is a distribution', async () => {
  const logits = new Draw('mean prediction').normal([7, 5, 4], { deviation: 3 });
  const { meanLogProbs } = await measure(reference, logits, 'softmax');
  for (let image = 0; image < 5; image++) {
    const total = [0, 1, 2, 3].reduce(
      (sumOfClasses, k) => sumOfClasses + Math.exp(meanLogProbs.data[image * 4 + k]),
      0,
    );
    assert.ok(Math.abs(total - 1) < 1e-12);
  }
});
