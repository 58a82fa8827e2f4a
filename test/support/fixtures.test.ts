import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sameShape } from '../../src/engine/tensor.ts';
import {
  digestOf,
  loadLatentStep,
  loadOps,
  loadOptimizers,
  loadResnet,
  loadSchedules,
  loadUncertainty,
  loadVqvae,
  toFloat64,
} from './fixtures.ts';

const PRECISIONS = ['float64', 'float32'] as const;

test('every op case has its tensors, and gradients have the shapes of their inputs', async () => {
  const fixture = await loadOps();
  assert.ok(fixture.description.cases.length > 150);
  for (const { name, inputs, outputs, upstreams, gradients } of fixture.description.cases) {
    const pairs = [
      ...inputs.map((input, index) => [input, gradients[index]] as const),
      ...outputs.map((output, index) => [output, upstreams[index]] as const),
    ];
    for (const [value, derivative] of pairs) {
      const tensor = fixture.tensor(value);
      if (derivative === null) continue;
      assert.ok(sameShape(tensor.shape, fixture.tensor(derivative).shape), `${name}: ${derivative}`);
      assert.ok(fixture.tensor(derivative).data instanceof Float64Array, `${name}: ${derivative}`);
    }
  }
});

test('our digest is the one that the fixtures were made with', async () => {
  const fixture = await loadOptimizers();
  for (const [name, run] of Object.entries(fixture.description.optimizers)) {
    for (const parameter of fixture.description.sampledParameters) {
      const actual = digestOf(fixture.tensor(`float64/${name}/${parameter}`));
      const expected = run.float64.parameters[parameter];
      assert.ok(Math.abs(actual.norm - expected.norm) < 1e-12, `${name} ${parameter}`);
      assert.ok(Math.abs(actual.cosDot - expected.cosDot) < 1e-12, `${name} ${parameter}`);
    }
  }
});

test('a digest tells order and sign', () => {
  const digest = digestOf({ dtype: 'float32', shape: [2], data: Float64Array.of(3, -4) });
  assert.equal(digest.norm, 5);
  assert.equal(digest.cosDot, 3 - 4 * Math.cos(1));
});

for (const name of ['resnet18', 'resnet50'] as const) {
  test(`${name} has weights and gradients for every parameter`, async () => {
    const fixture = await loadResnet(name);
    const weights = fixture.group('weights');
    for (const precision of PRECISIONS) {
      const gradients = fixture.group(`${precision}/training/gradients`);
      assert.deepEqual([...gradients.keys()], fixture.description.parameterNames);
      for (const [parameter, gradient] of gradients) {
        assert.deepEqual(gradient.shape, weights.get(parameter)?.shape, parameter);
        assert.ok(digestOf(gradient).norm > 0, parameter);
      }
    }
  });
}

test('the VQ-VAE has gradients for every parameter and a codebook that its updates change', async () => {
  const fixture = await loadVqvae();
  const { numCodes, latentChannels } = fixture.description.sizes;
  for (const precision of PRECISIONS) {
    const gradients = fixture.group(`${precision}/gradients`);
    assert.deepEqual([...gradients.keys()], fixture.description.parameterNames);
    const codebooks = ['update1', 'update2'].map((update) =>
      fixture.tensor(`${precision}/${update}/codebook`),
    );
    for (const { shape } of codebooks) assert.deepEqual(shape, [numCodes, latentChannels]);
    assert.notDeepEqual(codebooks[0].data, codebooks[1].data);
  }
});

test('latent steps raise the mutual information of every sample', async () => {
  const fixture = await loadLatentStep();
  const { shape, data } = fixture.tensor('float64/objective');
  const [iterates, samples] = shape;
  assert.equal(iterates, fixture.description.steps + 1);
  for (let sample = 0; sample < samples; sample++) {
    assert.ok(data[(iterates - 1) * samples + sample] > data[sample]);
  }
});

test('mutual information is the predictive less the expected entropy', async () => {
  const fixture = await loadUncertainty();
  for (const { name } of fixture.description.cases) {
    const [information, predictive, expected] = fixture.description.measures.map(
      (measure) => fixture.tensor(`${name}/${measure}`).data,
    );
    for (let index = 0; index < information.length; index++) {
      const difference = predictive[index] - expected[index];
      assert.ok(Math.abs(information[index] - difference) < 1e-12, `${name}[${index}]`);
    }
  }
});

test('schedules cover every epoch', async () => {
  for (const { epochs, learningRates } of Object.values(await loadSchedules())) {
    assert.equal(learningRates.length, epochs);
  }
});

test('an absent tensor or group is named', async () => {
  const fixture = await loadVqvae();
  assert.throws(() => fixture.tensor('missing'), /^Error: fixture vqvae: there is no tensor missing\.$/);
  assert.throws(() => fixture.group('missing'), /fixture vqvae: there is no tensor missing\/\.\.\./);
  assert.throws(() => fixture.scalar('images'), /fixture vqvae: images has \d+ values, not one\./);
});

test('toFloat64 widens float values and leaves others as they are', async () => {
  const fixture = await loadResnet('resnet18');
  const images = fixture.tensor('images');
  const wide = toFloat64(images);
  assert.ok(images.data instanceof Float32Array && wide.data instanceof Float64Array);
  assert.deepEqual(Array.from(wide.data), Array.from(images.data));
  assert.equal(toFloat64(fixture.tensor('labels')), fixture.tensor('labels'));
});
