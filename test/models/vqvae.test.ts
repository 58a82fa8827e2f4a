import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import type { Graph, Value } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { div } from '../../src/engine/ops/div.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { stopGradient } from '../../src/engine/ops/stopGradient.ts';
import { straightThrough } from '../../src/engine/ops/straightThrough.ts';
import { randomKey } from '../../src/engine/random.ts';
import { floatTensor, intTensor } from '../../src/engine/tensor.ts';
import { latentRows, perplexity, quantize, updateCodebook } from '../../src/models/vectorQuantizer.ts';
import { codebook, codebookAverages, declareAutoencoder, decode, encode } from '../../src/models/vqvae.ts';
import { meanSquaredError } from '../../src/nn/losses.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { describeModel, initializeModel } from '../../src/nn/modelState.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { loadVqvae } from '../support/fixtures.ts';
import { allInPrecision, inPrecision, inputLike } from '../support/inPrecision.ts';
import { runOnce, type HostTensors } from '../support/runGraph.ts';
import { autoencoderConfig } from '../support/vqvaeModels.ts';

const fixture = await loadVqvae();
const { description } = fixture;
const config = autoencoderConfig(description.sizes);
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  {
    precision: 'float64',
    device: new ReferenceDevice(),
    forward: 1e-8,
    backward: 1e-8,
    assertClose: assertElementsClose,
  },
  { precision: 'float32', device: cpu, forward: 1e-3, backward: 5e-3, assertClose: assertNormClose },
] as const;

/** What PyTorch's forward pass returns, by the same names. */
function forwardPass(scope: ModelScope, images: Value): Record<string, Value> {
  const latents = encode(scope, images, config);
  const { quantized, codes } = quantize(latents, codebook(scope, config));
  const reconstruction = decode(scope, straightThrough(quantized, latents), config);
  const reconstructionLoss = meanSquaredError(reconstruction, images);
  const commitmentLoss = meanSquaredError(latents, stopGradient(quantized));
  const loss = add(
    div(reconstructionLoss, description.variance),
    mul(commitmentLoss, description.commitmentCost),
  );
  const [n, , h, w] = latents.shape;
  return {
    latents,
    codes: reshape(codes, [n, h, w]),
    quantized,
    reconstruction,
    reconstructionLoss,
    commitmentLoss,
    loss,
    perplexity: perplexity(codes, config.codes),
  };
}

test("the VQ-VAE has PyTorch's parameters", () => {
  const { parameters, buffers } = describeModel(declareAutoencoder(config));
  assert.deepEqual([...parameters.keys()], description.parameterNames);
  const weights = fixture.group('weights');
  const tensors = new Map([...parameters, ...buffers]);
  assert.deepEqual([...tensors.keys()].sort(), [...weights.keys()].sort());
  for (const [name, { shape }] of tensors) assert.deepEqual(shape, weights.get(name)?.shape, name);
});

test("the VQ-VAE has as many parameters as Sonnet's", () => {
  const { parameters } = describeModel(
    declareAutoencoder({
      inChannels: 3,
      hidden: 128,
      residualHidden: 32,
      residualLayers: 2,
      latentChannels: 64,
      codes: 512,
    }),
  );
  for (const [part, expected] of Object.entries(description.fullSizeParameterCounts)) {
    let count = 0;
    for (const [name, { shape }] of parameters) {
      if (name.startsWith(`${part}.`)) count += shape.reduce((a, b) => a * b, 1);
    }
    assert.equal(count, expected, part);
  }
});

for (const { precision, device, forward, backward, assertClose } of RUNS) {
  const weights = Object.fromEntries(allInPrecision(precision, fixture.group('weights')));
  const images = inPrecision(precision, fixture.tensor('images'));

  test(`in ${precision}: latents, codes, losses and gradients`, async () => {
    const results = await runOnce(
      device,
      (graph) => {
        const scope = new ModelScope(graph, 'training');
        const outputs = forwardPass(scope, inputLike(graph, 'images', images));
        const parameters = description.parameterNames.map((name) => scope.valueOf(name));
        gradientsOf(outputs.loss, parameters).forEach(
          (gradient, index) => (outputs[`gradient ${description.parameterNames[index]}`] = gradient),
        );
        return outputs;
      },
      { ...weights, images },
    );
    for (const [name, actual] of Object.entries(results)) {
      const isGradient = name.startsWith('gradient ');
      const path = isGradient ? `gradients/${name.slice('gradient '.length)}` : name;
      assertClose(actual, fixture.tensor(`${precision}/${path}`), isGradient ? backward : forward, name);
    }
  });

  test(`in ${precision}: two updates of the codebook`, async () => {
    let state: HostTensors = Object.fromEntries(
      ['codebook', 'clusterSize', 'codeSum'].map((name) => [
        `quantizer.${name}`,
        weights[`quantizer.${name}`],
      ]),
    );
    for (const update of [1, 2]) {
      const inputs = {
        ...weights,
        ...state,
        images,
        correction: floatTensor([], Float64Array.of(1 - description.decay ** update)),
        replacements: intTensor([config.codes], new Int32Array(config.codes)),
      };
      const results = await runOnce(device, updateGraph, inputs);
      for (const name of ['codebook', 'clusterSize', 'codeSum']) {
        assertClose(
          results[name],
          fixture.tensor(`${precision}/update${update}/${name}`),
          forward,
          `${name} ${update}`,
        );
      }
      const expectedCodes = fixture.tensor(`${precision}/${update === 1 ? 'codes' : 'codes2'}`);
      assert.deepEqual(results.codes.data, expectedCodes.data);
      state = Object.fromEntries(
        Object.keys(state).map((name) => [name, results[name.slice('quantizer.'.length)]]),
      );
    }
  });
}

function updateGraph(graph: Graph): Record<string, Value> {
  const scope = new ModelScope(graph, 'training');
  const latents = encode(scope, graph.input('images', fixture.tensor('images').shape), config);
  const { codes } = quantize(latents, codebook(scope, config));
  const next = updateCodebook(
    codebookAverages(scope, config),
    latentRows(latents),
    codes,
    graph.input('correction', []),
    graph.input('replacements', [config.codes], 'int32'),
    { decay: description.decay, deadBelow: 0 },
  );
  return { ...next, codes };
}

test('sides are quartered by the encoder and restored by the decoder', async () => {
  const size = {
    inChannels: 2,
    hidden: 4,
    residualHidden: 2,
    residualLayers: 1,
    latentChannels: 3,
    codes: 5,
  };
  const state = Object.fromEntries(initializeModel(declareAutoencoder(size), randomKey(1)));
  const { latents, decoded } = await runOnce(
    cpu,
    (graph) => {
      const scope = new ModelScope(graph, 'inference');
      const encoded = encode(scope, graph.input('images', [1, 2, 16, 12]), size);
      return { latents: encoded, decoded: decode(scope, encoded, size) };
    },
    { ...state, images: floatTensor([1, 2, 16, 12], 0.5) },
  );
  assert.deepEqual(latents.shape, [1, 3, 4, 3]);
  assert.deepEqual(decoded.shape, [1, 2, 16, 12]);
});
