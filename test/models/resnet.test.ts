import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import type { Graph, Value } from '../../src/engine/graph.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { declareClassifier, maskWidth } from '../../src/models/classifier.ts';
import { crossEntropy } from '../../src/nn/losses.ts';
import { ModelScope, type Mode } from '../../src/nn/modelScope.ts';
import { countParameters, describeModel } from '../../src/nn/modelState.ts';
import { assertElementsClose, assertNormClose, assertNumberClose } from '../support/closeness.ts';
import { digestOf, loadResnet, type Precision } from '../support/fixtures.ts';
import { allInPrecision, inPrecision, inputLike } from '../support/inPrecision.ts';
import { declareResnet, resnetConfig, resnetLogits } from '../support/resnetModels.ts';
import { runOnce } from '../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  { precision: 'float64', device: new ReferenceDevice(), forward: 1e-8, backward: 1e-8 },
  { precision: 'float32', device: cpu, forward: 1e-3, backward: 5e-3 },
] as const;

/** Parameters at width 64 with 1 channel and 2 classes. */
const COUNTS = { resnet18: 11_168_706, resnet50: 23_503_298 };

// All before the first test: while a later one were awaited, the earlier ones would end and the device be closed.
const MODELS = [
  { name: 'resnet18', fixture: await loadResnet('resnet18') },
  { name: 'resnet50', fixture: await loadResnet('resnet50') },
] as const;

for (const { name, fixture } of MODELS) {
  const { description } = fixture;

  test(`${name} has PyTorch's parameters`, () => {
    const { parameters, buffers } = describeModel(declareResnet(name, description));
    assert.deepEqual([...parameters.keys()], description.parameterNames);
    const weights = fixture.group('weights');
    const tensors = new Map([...parameters, ...buffers]);
    assert.deepEqual([...tensors.keys()].sort(), [...weights.keys()].sort());
    for (const [tensor, { shape }] of tensors) assert.deepEqual(shape, weights.get(tensor)?.shape, tensor);
  });

  test(`${name} has as many parameters as published`, () => {
    const size = { width: 64, channels: 1, numClasses: 2, imageSize: 28 };
    const config = resnetConfig(name, size);
    const count = countParameters(declareClassifier(config));
    assert.equal(count, description.fullSizeParameterCount);
    assert.equal(count, COUNTS[name]);
    const { parameters } = describeModel(declareClassifier(config));
    assert.deepEqual(parameters.get('fc.weight')?.shape, [2, maskWidth(config)]);
  });

  for (const { precision, device, forward, backward } of RUNS) {
    const weights = Object.fromEntries(allInPrecision(precision, fixture.group('weights')));
    const images = inPrecision(precision, fixture.tensor('images'));
    const labels = fixture.tensor('labels');
    const assertClose = closeness(precision);

    /** Logits and whatever `extend` makes of them. */
    const run = (
      mode: Mode,
      mask: HostTensor | undefined,
      extend: (graph: Graph, scope: ModelScope, logits: Value) => Record<string, Value>,
    ): Promise<Record<string, HostTensor>> =>
      runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, mode);
          const maskValue = mask && inputLike(graph, 'mask', mask);
          const logits = resnetLogits(
            scope,
            inputLike(graph, 'images', images),
            name,
            description,
            maskValue,
          );
          return { logits, ...extend(graph, scope, logits) };
        },
        { ...weights, images, labels, ...(mask ? { mask } : {}) },
      );

    const withGradients = (graph: Graph, scope: ModelScope, logits: Value): Record<string, Value> => {
      const loss = crossEntropy(logits, inputLike(graph, 'labels', labels));
      const parameters = description.parameterNames.map((parameter) => scope.valueOf(parameter));
      const gradients = gradientsOf(loss, parameters);
      const results: Record<string, Value> = { loss };
      description.parameterNames.forEach((parameter, i) => (results[`gradient ${parameter}`] = gradients[i]));
      for (const [buffer, value] of scope.bufferUpdates) results[`next ${buffer}`] = value;
      return results;
    };

    test(`${name} in ${precision}: logits in evaluation mode`, async () => {
      const { logits } = await run('inference', undefined, () => ({}));
      assertClose(logits, fixture.tensor(`${precision}/evaluation/logits`), forward, 'logits');
    });

    test(`${name} in ${precision}: a training pass`, async () => {
      const results = await run('training', undefined, withGradients);
      assertClose(results.logits, fixture.tensor(`${precision}/training/logits`), forward, 'logits');
      assertNumberClose(results.loss.data[0], fixture.scalar(`${precision}/training/loss`), forward, 'loss');
      for (const [parameter, expected] of fixture.group(`${precision}/training/gradients`)) {
        assertClose(results[`gradient ${parameter}`], expected, backward, parameter);
      }
      const statistics = fixture.group(`${precision}/training/runningStatistics`);
      assert.equal(
        statistics.size,
        Object.keys(results).filter((result) => result.startsWith('next ')).length,
      );
      for (const [buffer, expected] of statistics)
        assertClose(results[`next ${buffer}`], expected, forward, buffer);
    });

    test(`${name} in ${precision}: a training pass with dropout`, async () => {
      const mask = inPrecision(precision, fixture.tensor('dropoutMask'));
      const results = await run('training', mask, withGradients);
      assertClose(results.logits, fixture.tensor(`${precision}/dropout/logits`), forward, 'logits');
      assertNumberClose(results.loss.data[0], fixture.scalar(`${precision}/dropout/loss`), forward, 'loss');
      for (const [parameter, expected] of Object.entries(description.dropoutGradients[precision])) {
        const digest = digestOf(results[`gradient ${parameter}`]);
        assertNumberClose(digest.norm, expected.norm, backward, `${parameter} norm`);
        // The projection on cosines may be near 0: its error is bounded by the norm of the gradient's.
        const bound = backward * expected.norm * Math.sqrt(results[`gradient ${parameter}`].data.length);
        assert.ok(Math.abs(digest.cosDot - expected.cosDot) <= bound, `${parameter} projection`);
      }
    });
  }
}

function closeness(precision: Precision): typeof assertNormClose {
  return precision === 'float64' ? assertElementsClose : assertNormClose;
}
