import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import {
  classifierHead,
  declareClassifier,
  maskWidth,
  type ClassifierConfig,
} from '../../src/models/classifier.ts';
import { headLogits, headMaskWidth } from '../../src/models/heads.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { describeModel } from '../../src/nn/modelState.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { loadNetworks } from '../support/fixtures.ts';
import { allInPrecision, inPrecision, inputLike } from '../support/inPrecision.ts';
import { runOnce } from '../support/runGraph.ts';

const fixture = await loadNetworks();
const { numClasses, heads } = fixture.description;
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  { precision: 'float64', device: new ReferenceDevice(), tolerance: 1e-9, assertClose: assertElementsClose },
  { precision: 'float32', device: cpu, tolerance: 1e-5, assertClose: assertNormClose },
] as const;

for (const head of heads.kinds) {
  const group = `heads/${head}`;
  const config = { head, width: heads.width, numClasses };
  const weights = new Map(
    [...fixture.group(`${group}/weights`)].map(([name, tensor]) => [`fc.${name}`, tensor] as const),
  );

  for (const { precision, device, tolerance, assertClose } of RUNS) {
    test(`the head ${head} in ${precision} is PyTorch's, with masks and without`, async () => {
      const tensor = (name: string) => inPrecision(precision, fixture.tensor(`${group}/${name}`));
      const [features, masks, upstream] = [tensor('features'), tensor('masks'), tensor('upstream')];
      const [samples, units] = masks.shape;
      assert.equal(headMaskWidth(config, features.shape[1]), units);
      const results = await runOnce(
        device,
        (graph) => {
          const scope = new ModelScope(graph, 'training');
          const x = inputLike(graph, 'features', features);
          const evaluation = headLogits(scope, 'fc', x, config, undefined);
          const wide = reshape(inputLike(graph, 'masks', masks), [samples, 1, units]);
          const masked = headLogits(scope, 'fc', reshape(x, [1, ...features.shape]), config, wide);
          const total = sum(mul(masked, inputLike(graph, 'upstream', upstream)));
          const names = [...scope.parameters.keys()];
          assert.deepEqual(new Set(names), new Set(weights.keys()));
          const gradients = gradientsOf(total, [x, ...names.map((name) => scope.valueOf(name))]);
          const keys = ['features', ...names.map((name) => name.slice('fc.'.length))];
          return {
            evaluation,
            masked,
            ...Object.fromEntries(keys.map((key, index) => [`gradients/${key}`, gradients[index]])),
          };
        },
        { ...Object.fromEntries(allInPrecision(precision, weights)), features, masks, upstream },
      );
      for (const [key, found] of Object.entries(results)) {
        assertClose(found, fixture.tensor(`${group}/${key}`), tolerance, key);
      }
    });
  }
}

const SIZE = { width: 64, imageSize: 28, inChannels: 1, numClasses: 2 };

test('hidden layers have their published sizes at width 64, by the names of a PyTorch sequence', () => {
  const shapes = (config: ClassifierConfig): Record<string, readonly number[]> =>
    Object.fromEntries(
      [...describeModel(declareClassifier(config)).parameters]
        .filter(([name]) => /^(fc|classifier|head|head_dist)\..*weight$/.test(name))
        .map(([name, { shape }]) => [name, shape]),
    );
  assert.deepEqual(shapes({ ...SIZE, architecture: 'resnet18', head: 'default' }), { 'fc.weight': [2, 512] });
  assert.deepEqual(shapes({ ...SIZE, architecture: 'resnet50', head: 'simple' }), {
    'fc.0.weight': [512, 2048],
    'fc.3.weight': [2, 512],
  });
  assert.deepEqual(shapes({ ...SIZE, architecture: 'densenet121', head: 'complex' }), {
    'classifier.0.weight': [512, 1024],
    'classifier.3.weight': [128, 512],
    'classifier.6.weight': [32, 128],
    'classifier.9.weight': [2, 32],
  });
  assert.deepEqual(shapes({ ...SIZE, architecture: 'deit-tiny-distilled', head: 'simple' }), {
    'head.0.weight': [512, 192],
    'head.3.weight': [2, 512],
    'head_dist.0.weight': [512, 192],
    'head_dist.3.weight': [2, 512],
  });
});

test('masks cover the pooled features, or the hidden units of all heads', () => {
  const width = (config: Pick<ClassifierConfig, 'architecture' | 'head'>): number =>
    maskWidth({ ...SIZE, ...config });
  assert.equal(width({ architecture: 'resnet18', head: 'default' }), 512);
  assert.equal(width({ architecture: 'resnet50', head: 'default' }), 2048);
  assert.equal(width({ architecture: 'densenet121', head: 'default' }), 1024);
  assert.equal(width({ architecture: 'deit-small-distilled', head: 'default' }), 2 * 384);
  assert.equal(width({ architecture: 'resnet50', head: 'simple' }), 512);
  assert.equal(width({ architecture: 'resnet18', head: 'complex' }), 512 + 128 + 32);
  assert.equal(width({ architecture: 'deit-tiny-distilled', head: 'complex' }), 2 * (512 + 128 + 32));
});

test('the two heads of a distilled network answer with the mean of their logits, each under its own masks', async () => {
  const config: ClassifierConfig = { ...SIZE, architecture: 'deit-tiny-distilled', head: 'simple', width: 4 };
  const draw = new Draw('two heads');
  const pooled = draw.normal([3, 24]);
  const masks = draw.uniform([3, maskWidth(config)], 0, 2);
  const state = Object.fromEntries(
    [...describeModel(declareClassifier(config)).parameters]
      .filter(([name]) => name.startsWith('head'))
      .map(([name, { shape }]) => [name, draw.normal(shape)]),
  );
  const columns = (tensor: typeof pooled, half: number) => {
    const width = tensor.shape[1] / 2;
    const rows = Array.from({ length: 3 }, (_, row) => {
      const start = (2 * row + half) * width;
      return [...tensor.data.slice(start, start + width)];
    });
    return floatTensor([3, width], Float64Array.from(rows.flat()));
  };
  const halves = [0, 1].map((half) => ({ features: columns(pooled, half), masks: columns(masks, half) }));
  const { both, first, second } = await runOnce(
    new ReferenceDevice(),
    (graph) => {
      const scope = new ModelScope(graph, 'inference');
      const single = (name: string, half: number) =>
        headLogits(
          scope,
          name,
          graph.constant(halves[half].features),
          config,
          graph.constant(halves[half].masks),
        );
      const both = classifierHead(
        scope,
        inputLike(graph, 'pooled', pooled),
        config,
        inputLike(graph, 'masks', masks),
      );
      return { both, first: single('head', 0), second: single('head_dist', 1) };
    },
    { ...state, pooled, masks },
  );
  const mean = first.data.map((value, index) => (value + second.data[index]) / 2);
  assertElementsClose(both, { ...both, data: Float64Array.from(mean) }, 1e-12, 'logits');
  assert.notDeepEqual(first.data, second.data);
});
