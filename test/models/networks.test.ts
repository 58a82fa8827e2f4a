import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import {
  classifierFeatures,
  classifierHead,
  declareClassifier,
  maskWidth,
  type ClassifierConfig,
} from '../../src/models/classifier.ts';
import { crossEntropy } from '../../src/nn/losses.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { checkState, countParameters } from '../../src/nn/modelState.ts';
import { assertElementsClose, assertNormClose, assertNumberClose } from '../support/closeness.ts';
import { digestOf, loadNetworks, loadResnet, toFloat64, type Digest } from '../support/fixtures.ts';
import { allInPrecision, inPrecision, inputLike } from '../support/inPrecision.ts';
import { runOnce } from '../support/runGraph.ts';

const fixture = await loadNetworks();
const { numClasses, networks, large } = fixture.description;
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  { precision: 'float64', device: new ReferenceDevice(), forward: 1e-8, backward: 1e-8 },
  // Single precision against double: the early layers of DenseNet have 120 batch norms behind them.
  { precision: 'float32', device: cpu, forward: 2e-3, backward: 2e-2 },
] as const;

type NetworkName = keyof typeof networks;
type LargeName = keyof typeof large;

function configOf(
  architecture: NetworkName | LargeName,
  { width, channels, imageSize }: { width: number; channels: number; imageSize: number },
): ClassifierConfig {
  return { architecture, head: 'default', width, imageSize, inChannels: channels, numClasses };
}

function assertDigestClose(tensor: HostTensor, expected: Digest, tolerance: number, what: string): void {
  const found = digestOf(tensor);
  assertNumberClose(found.norm, expected.norm, tolerance, `${what}: norm`);
  // The projection on cosines may be near 0: its error is bounded by the norm of the tensor's.
  const bound = tolerance * expected.norm * Math.sqrt(tensor.data.length);
  assert.ok(Math.abs(found.cosDot - expected.cosDot) <= bound, `${what}: projection`);
}

for (const [name, sizes] of Object.entries(networks) as [NetworkName, (typeof networks)[NetworkName]][]) {
  const config = configOf(name, sizes);
  const weights = fixture.group(`${name}/weights`);
  const of = (key: string): HostTensor => fixture.tensor(`${name}/${key}`);

  test(`${name} has the tensors of the published network`, () => {
    checkState(declareClassifier(config), weights);
    assert.equal(countParameters(declareClassifier({ ...config, width: 64 })), sizes.fullSizeParameterCount);
    assert.deepEqual(of('evaluation/pooled').shape.slice(1), [maskWidth(config)]);
  });

  for (const { precision, device, forward, backward } of RUNS) {
    const assertClose = precision === 'float64' ? assertElementsClose : assertNormClose;
    const images = inPrecision(precision, of('images'));
    const state = Object.fromEntries(allInPrecision(precision, weights));

    test(`${name} in ${precision}: features and logits in evaluation mode`, async () => {
      const results = await runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, 'inference');
          const { pooled } = classifierFeatures(scope, inputLike(graph, 'images', images), config);
          return { pooled, logits: classifierHead(scope, pooled, config) };
        },
        { ...state, images },
      );
      for (const key of ['pooled', 'logits']) {
        assertClose(results[key], of(`evaluation/${key}`), forward, key);
      }
    });

    test(`${name} in ${precision}: a training pass with dropout`, async () => {
      const [labels, mask] = [of('labels'), inPrecision(precision, of('dropoutMask'))];
      const results = await runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, 'training');
          const { pooled } = classifierFeatures(scope, inputLike(graph, 'images', images), config);
          const logits = classifierHead(scope, pooled, config, inputLike(graph, 'mask', mask));
          const loss = crossEntropy(logits, inputLike(graph, 'labels', labels));
          const names = [...scope.parameters.keys()];
          const gradients = gradientsOf(
            loss,
            names.map((parameter) => scope.valueOf(parameter)),
          );
          return {
            logits,
            loss,
            ...Object.fromEntries(names.map((parameter, i) => [`gradient ${parameter}`, gradients[i]])),
            ...Object.fromEntries([...scope.bufferUpdates].map(([buffer, next]) => [`next ${buffer}`, next])),
          };
        },
        { ...state, images, labels, mask },
      );
      assertClose(results.logits, of('training/logits'), forward, 'logits');
      assertNumberClose(results.loss.data[0], fixture.scalar(`${name}/training/loss`), forward, 'loss');
      for (const [parameter, expected] of fixture.group(`${name}/training/gradients`)) {
        assertClose(results[`gradient ${parameter}`], expected, backward, parameter);
      }
      for (const [parameter, expected] of Object.entries(sizes.gradients)) {
        assertDigestClose(results[`gradient ${parameter}`], expected, backward, parameter);
      }
      for (const [buffer, expected] of Object.entries(sizes.runningVariances)) {
        assertDigestClose(results[`next ${buffer}`], expected, forward, buffer);
      }
    });
  }
}

for (const [name, sizes] of Object.entries(large) as [LargeName, (typeof large)[LargeName]][]) {
  const config = configOf(name, sizes);
  const of = (key: string): HostTensor => fixture.tensor(`large/${name}/${key}`);
  const labels = intTensor([2], [0, 1]);

  for (const { precision, device, forward, backward } of RUNS) {
    test(`${name} in ${precision}: large images pass ImageNet's stem`, async () => {
      const small =
        name === 'resnet18' ? (await loadResnet(name)).group('weights') : fixture.group(`${name}/weights`);
      const weights = new Map(small).set(sizes.stem, of('stem'));
      checkState(declareClassifier(config), weights);
      const images = inPrecision(precision, of('images'));
      const inputs = { ...Object.fromEntries(allInPrecision(precision, weights)), images, labels };
      const { logits } = await runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, 'inference');
          const { pooled } = classifierFeatures(scope, inputLike(graph, 'images', images), config);
          return { logits: classifierHead(scope, pooled, config) };
        },
        inputs,
      );
      const assertClose = precision === 'float64' ? assertElementsClose : assertNormClose;
      assertClose(logits, of('logits'), forward, 'logits');

      const { gradient } = await runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, 'training');
          const { pooled } = classifierFeatures(scope, inputLike(graph, 'images', images), config);
          const loss = crossEntropy(
            classifierHead(scope, pooled, config),
            inputLike(graph, 'labels', labels),
          );
          return { gradient: gradientsOf(loss, [scope.valueOf(sizes.stem)])[0] };
        },
        inputs,
      );
      assertDigestClose(gradient, sizes.gradient, backward, sizes.stem);
    });
  }
}

/** Published counts of parameters: [architecture, image size, channels, classes, count]. */
const PUBLISHED = [
  ['resnet18', 28, 3, 9, 11_173_449],
  ['resnet50', 28, 3, 11, 23_522_891],
  ['resnet50', 224, 3, 1000, 25_557_032],
  ['densenet121', 224, 3, 1000, 7_978_856],
  ['densenet121', 224, 3, 2, 6_955_906],
  ['deit-tiny', 224, 3, 1000, 5_717_416],
  ['deit-small', 224, 3, 1000, 22_050_664],
  ['deit-tiny-distilled', 224, 3, 1000, 5_910_800],
  ['deit-small-distilled', 224, 3, 1000, 22_436_432],
  ['deit-tiny', 28, 3, 2, 5_358_338],
] as const;

for (const [architecture, imageSize, inChannels, classes, count] of PUBLISHED) {
  test(`${architecture} at ${imageSize} px with ${classes} classes has ${count} parameters`, () => {
    const size = { width: 64, imageSize, inChannels, numClasses: classes };
    assert.equal(countParameters(declareClassifier({ architecture, head: 'default', ...size })), count);
  });
}

test('each image of a batch has its own features in inference mode', async () => {
  for (const name of Object.keys(networks) as NetworkName[]) {
    const config = configOf(name, networks[name]);
    const images = fixture.tensor(`${name}/images`);
    const [count, ...form] = images.shape;
    const area = images.data.length / count;
    const single = { ...images, shape: [1, ...form], data: images.data.slice(area, 2 * area) };
    const { pooled } = await runOnce(
      cpu,
      (graph) => {
        const scope = new ModelScope(graph, 'inference');
        return { pooled: classifierFeatures(scope, inputLike(graph, 'images', single), config).pooled };
      },
      { ...Object.fromEntries(fixture.group(`${name}/weights`)), images: single },
    );
    const all = toFloat64(fixture.tensor(`${name}/evaluation/pooled`));
    const width = all.shape[1];
    const expected = { ...all, shape: [1, width], data: all.data.slice(width, 2 * width) };
    assertNormClose(pooled, expected, 2e-3, name);
  }
});
