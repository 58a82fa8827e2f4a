import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import util from 'node:util';

import { TensorFlowDevice } from '../../../src/engine/devices/tensorFlowDevice.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { floatTensor } from '../../../src/engine/tensor.ts';
import {
  loadTensorFlow,
  TENSORFLOW_PACKAGE,
  TENSORFLOW_VERSION,
} from '../../../src/engine/tensorflow/loadTensorFlow.ts';
import { runOnce } from '../../support/runGraph.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { installStandIn, standIn } from '../../support/tensorFlowStandIn.ts';

const VARIABLES = [
  'TF_CPP_MIN_LOG_LEVEL',
  'NVIDIA_TF32_OVERRIDE',
  'TF_DETERMINISTIC_OPS',
  'TF_FORCE_GPU_ALLOW_GROWTH',
] as const;

describe('loadTensorFlow', () => {
  const variables = { ...process.env };
  const functions = util as unknown as Record<string, unknown>;
  const { isArray, isNullOrUndefined } = functions;
  before(() => {
    // As in Node 23 and later, whichever this is.
    delete functions.isArray;
    delete functions.isNullOrUndefined;
  });
  beforeEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });
  after(() => {
    process.env = variables;
    Object.assign(functions, { isArray, isNullOrUndefined });
  });

  for (const [isUsingGpuDevice, layout, description] of [
    [true, 'NCHW', `TensorFlow.js ${TENSORFLOW_VERSION}, CUDA`],
    [
      false,
      'NHWC',
      `TensorFlow.js ${TENSORFLOW_VERSION}, CPU: it finds no GPU (it needs CUDA 11.2 and cuDNN 8.1)`,
    ],
  ] as const) {
    test(`loads a package that ${isUsingGpuDevice ? 'has' : 'finds no'} GPU`, async () => {
      const folder = await installStandIn(temporaryFolder(), { main: standIn(isUsingGpuDevice) });
      const loaded = await loadTensorFlow(folder);
      assert.deepEqual([loaded.layout, loaded.description], [layout, description]);
      const { y } = await runOnce(new TensorFlowDevice(loaded), (g) => ({ y: mul(g.input('x', [2]), 3) }), {
        x: floatTensor([2], [1, 2]),
      });
      assert.deepEqual(Array.from(y.data), [3, 6]);
    });
  }

  test('sets what the library reads, where it is not set', async () => {
    const folder = await installStandIn(temporaryFolder(), { main: standIn(false) });
    process.env.NVIDIA_TF32_OVERRIDE = '1';
    await loadTensorFlow(folder);
    assert.deepEqual(
      VARIABLES.map((name) => process.env[name]),
      ['2', '1', '1', 'true'],
    );
  });

  test('says that the package is not installed', async () => {
    const folder = temporaryFolder();
    await assert.rejects(loadTensorFlow(folder), {
      name: 'DeviceError',
      message: `TensorFlow.js (${TENSORFLOW_PACKAGE}) is not installed in ${folder}.`,
    });
  });

  test('says that another version is not supported', async () => {
    const folder = await installStandIn(temporaryFolder(), { version: '3.21.1', main: 'throw 1;' });
    await assert.rejects(loadTensorFlow(folder), {
      name: 'DeviceError',
      message: `TensorFlow.js in ${folder} is of version 3.21.1; only ${TENSORFLOW_VERSION} is supported.`,
    });
  });

  for (const [what, thrown, message] of [
    [
      'there is no addon',
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /data/x. \nPlease run',
      /^TensorFlow\.js has no native library: .* Install it again, with scripts allowed\. \(The Node\.js native addon/,
    ],
    [
      'libtensorflow is gone',
      'libtensorflow.so.2: cannot open shared object file: No such file or directory',
      /^TensorFlow\.js has no native library: .* \(libtensorflow\.so\.2: cannot open/,
    ],
    [
      'CUDA is of another version',
      'libcudart.so.11.0: cannot open shared object file: No such file or directory',
      /^TensorFlow\.js needs CUDA 11\.2 and cuDNN 8\.1, which do not load: libcudart\.so\.11\.0: cannot open/,
    ],
    ['anything else fails', 'Exec format error', /^TensorFlow\.js does not load: Exec format error$/],
  ] as const) {
    test(`says what is wrong when ${what}`, async () => {
      const main = `throw new Error(${JSON.stringify(thrown)});`;
      const folder = await installStandIn(temporaryFolder(), { main });
      await assert.rejects(loadTensorFlow(folder), { name: 'DeviceError', message });
    });
  }

  test('refuses a package that starts without its native library', async () => {
    const main = "module.exports = { enableProdMode() {}, async ready() {}, getBackend: () => 'cpu' };";
    const folder = await installStandIn(temporaryFolder(), { main });
    await assert.rejects(loadTensorFlow(folder), { name: 'DeviceError', message: /backend 'cpu'/ });
  });
});
