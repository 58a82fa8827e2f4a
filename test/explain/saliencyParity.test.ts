import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import type { TracedGraph } from '../../src/engine/graph.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../../src/engine/tensor.ts';
import { traceClassActivation } from '../../src/explain/classActivation.ts';
import {
  classActivationMap,
  projectLayer,
  type LayerActivation,
} from '../../src/explain/classActivationMap.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { loadNetworks, loadResnet, loadSaliency, toFloat64 } from '../support/fixtures.ts';
import { allInPrecision, inPrecision } from '../support/inPrecision.ts';
import { runTraced } from '../support/runGraph.ts';

const fixture = await loadSaliency();
const networkFixture = await loadNetworks();
const { targets, methods, networks, numClasses } = fixture.description;
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RUNS = [
  {
    precision: 'float64',
    device: new ReferenceDevice(),
    tolerance: 1e-8,
    // Maps are stored in single precision.
    mapTolerance: 1e-6,
    assertClose: assertElementsClose,
  },
  {
    precision: 'float32',
    device: cpu,
    tolerance: 2e-3,
    mapTolerance: 2e-3,
    assertClose: assertNormClose,
  },
] as const;

type NetworkName = keyof typeof networks;

for (const [name, { layers }] of Object.entries(networks) as [NetworkName, { layers: string[] }][]) {
  for (const layer of layers) {
    for (const { precision, device, tolerance, mapTolerance, assertClose } of RUNS) {
      test(`${name} ${layer} in ${precision}: activations, gradients and maps are PyTorch's`, async () => {
        const results = await runTraced(device, await graphOf(name, layer), {
          ...Object.fromEntries(allInPrecision(precision, await weightsOf(name))),
          images: inPrecision(precision, fixture.tensor(`${name}/images`)),
          targets: intTensor([targets.length], targets),
        });
        const expected = (key: string): HostTensor => fixture.tensor(`${name}/${layer}/${key}`);
        assert.deepEqual([...results.classes.data], [...expected('classes').data]);
        for (const key of ['activations', 'gradients'])
          assertClose(results[key], expected(key), tolerance, key);

        for (const method of methods) {
          targets.forEach((_, image) => {
            const of = (key: string): HostTensor => toFloat64(imageOf(expected(`${method}/${key}`), image));
            const activation = layerOf(results, image);
            const raw = floatTensor(
              of('projections').shape,
              projectLayer(activation, { method, sign: 'raw' }),
            );
            const isTurned = method !== 'gradcam' && innerProduct(raw, of('projections')) < 0;
            const turned = { ...raw, data: Float64Array.from(raw.data, (value) => -value) };
            assertClose(isTurned ? turned : raw, of('projections'), tolerance, `${method} projection`);

            const size = { width: of('maps').shape[1], height: of('maps').shape[0] };
            const mapOf = (sign: 'raw' | 'evidence'): HostTensor =>
              toFloat64(
                floatTensor(of('maps').shape, classActivationMap(activation, { method, sign }, size)),
              );
            assertClose(mapOf('raw'), of(isTurned ? 'turned' : 'maps'), mapTolerance, `${method} raw map`);
            const speaksFor = method === 'gradcam' || expected(`${method}/evidence`).data[image] === 1;
            assertClose(
              mapOf('evidence'),
              of(speaksFor ? 'maps' : 'turned'),
              mapTolerance,
              `${method} evidence map`,
            );
          });
        }
      });
    }
  }
}

test('the fixture has evidence for and against, so that the tests above see both signs', () => {
  const signs = Object.entries(networks).flatMap(([name, { layers }]) =>
    layers.flatMap((layer) =>
      (['eigengradcam', 'eigencam'] as const).map((method) => [
        ...fixture.tensor(`${name}/${layer}/${method}/evidence`).data,
      ]),
    ),
  );
  assert.deepEqual(new Set(signs.flat()), new Set([0, 1]));
});

async function graphOf(name: NetworkName, layer: string): Promise<TracedGraph> {
  const { channels, imageSize } = networks[name];
  const width = isResnet(name)
    ? (await loadResnet(name)).description.width
    : networkFixture.description.networks[name].width;
  const size = { width, imageSize, inChannels: channels, numClasses };
  return traceClassActivation({
    classifier: { architecture: name, head: 'default', ...size },
    likelihood: 'softmax',
    batchSize: targets.length,
    imageSize,
    layer,
  });
}

async function weightsOf(name: NetworkName): Promise<Map<string, HostTensor>> {
  return isResnet(name) ? (await loadResnet(name)).group('weights') : networkFixture.group(`${name}/weights`);
}

function isResnet(name: NetworkName): name is 'resnet18' | 'resnet50' {
  return name.startsWith('resnet');
}

function layerOf(results: Readonly<Record<string, HostTensor>>, image: number): LayerActivation {
  const { activations, gradients } = results;
  const [, features, height, width] = activations.shape;
  return {
    activations: floatsOf(imageOf(activations, image)),
    gradients: floatsOf(imageOf(gradients, image)),
    features,
    size: { width, height },
  };
}

/** One image of a tensor `[N, ...]`. */
function imageOf(tensor: HostTensor, image: number): HostTensor {
  const shape = tensor.shape.slice(1);
  const size = sizeOf(shape);
  return { ...tensor, shape, data: tensor.data.slice(image * size, (image + 1) * size) };
}

function floatsOf({ data }: HostTensor): Float32Array | Float64Array {
  assert.ok(data instanceof Float32Array || data instanceof Float64Array);
  return data;
}

function innerProduct(a: HostTensor, b: HostTensor): number {
  return Array.from(a.data).reduce((total, value, index) => total + value * b.data[index], 0);
}
