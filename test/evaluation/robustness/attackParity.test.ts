import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { globalAveragePool } from '../../../src/engine/ops/avgPool2d.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { relu } from '../../../src/engine/ops/relu.ts';
import { sub } from '../../../src/engine/ops/sub.ts';
import type { HostTensor } from '../../../src/engine/tensor.ts';
import {
  AttackedClassifier,
  floatsOf,
  type Floats,
} from '../../../src/evaluation/robustness/attackedClassifier.ts';
import type { AttackedModel } from '../../../src/evaluation/robustness/attackPrograms.ts';
import {
  addNoise,
  randomStart,
  signedStep,
  signsOf,
} from '../../../src/evaluation/robustness/perturbations.ts';
import { ascend, pgdStepSize } from '../../../src/evaluation/robustness/projectedGradient.ts';
import { convLayer, linearLayer } from '../../../src/nn/layers.ts';
import { loadAttacks } from '../../support/fixtures.ts';
import { allInPrecision, inPrecision } from '../../support/inPrecision.ts';
import { resultOf } from '../../support/resultOf.ts';

const fixture = await loadAttacks();
const { numClasses, sigma, fgsmEps, pgd } = fixture.description;
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  { precision: 'float64', device: new ReferenceDevice(), tolerance: 1e-9 },
  { precision: 'float32', device: cpu, tolerance: 1e-6 },
] as const;

function assertClose(actual: Floats, expected: HostTensor, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.data.length, what);
  const wrong = expected.data.findIndex((value, at) => !(Math.abs(actual[at] - value) <= tolerance));
  assert.equal(wrong, -1, `${what}: ${actual[wrong]} is not ${expected.data[wrong]} at ${wrong}`);
}

for (const { precision, device, tolerance } of RUNS) {
  const images = inPrecision(precision, fixture.tensor('images'));
  const draws = (name: string): Floats => floatsOf(inPrecision(precision, fixture.tensor(name)));

  test(`in ${precision} Gaussian noise is torchattacks'`, () => {
    const noisy = addNoise(images, draws('normal'), sigma);
    assertClose(floatsOf(noisy), fixture.tensor(`${precision}/noise`), tolerance, 'noise');
  });

  for (const likelihood of ['softmax', 'sigmoid'] as const) {
    const model: AttackedModel = {
      logits: (scope, x) => {
        const conv = { outChannels: 4, kernelSize: 2, stride: 3 };
        const features = relu(convLayer(scope, 'conv', sub(mul(x, 2), 1), conv));
        return linearLayer(scope, 'linear', globalAveragePool(features), numClasses);
      },
      inChannels: 1,
      numClasses,
      likelihood,
    };

    test(`in ${precision} FGSM and PGD with ${likelihood} are torchattacks'`, async () => {
      const classifier = await AttackedClassifier.create(
        device,
        model,
        { batchSize: images.shape[0], imageSize: images.shape[2] },
        allInPrecision(precision, fixture.group('weights')),
      );
      const labels = inPrecision(precision, fixture.tensor(`${likelihood}/labels`));
      const expected = (key: string): HostTensor => fixture.tensor(`${precision}/${likelihood}/${key}`);

      const gradient = await classifier.gradient(images, labels);
      // torch's cross-entropy is the mean over the batch, whose size changes no sign.
      const scale = likelihood === 'softmax' ? images.shape[0] : 1;
      assertClose(
        gradient.map((value) => value / scale),
        expected('gradient'),
        tolerance,
        'gradient',
      );
      assert.ok(gradient.includes(0), 'Nothing is said of sign(0).');
      fgsmEps.forEach((eps, index) => {
        const found = signedStep(images, signsOf(gradient), eps);
        assertClose(floatsOf(found), expected(`fgsm/${index}`), tolerance, `FGSM ${eps}`);
      });

      assert.ok(Math.abs(pgdStepSize(pgd.eps, pgd.steps) - pgd.stepSize) < 1e-15);
      const start = randomStart(images, draws('uniform'), pgd.eps);
      const found = await resultOf(ascend(classifier, { images, labels }, start, pgd));
      assertClose(floatsOf(found), expected('pgd'), tolerance, 'PGD');
      await classifier.dispose();
    });
  }

  test(`in ${precision} a start far outside is clipped to [0, 1]`, () => {
    const far = floatsOf(randomStart(images, draws('uniform'), 3));
    assert.ok(far.every((pixel) => pixel >= 0 && pixel <= 1));
    assert.ok(far.includes(0) && far.includes(1), 'Nothing was clipped.');
  });
}
