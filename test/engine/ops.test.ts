import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import {
  checkDevice,
  checkDifferences,
  checkExpected,
  isDifferentiable,
  loadOpExamples,
} from '../support/opChecks.ts';

const OPS = path.resolve(import.meta.dirname, '../../src/engine/ops');

/** Functions of that folder that are no ops: what ops are made of. */
const PARTS = new Set([
  'axisSize',
  'batchNormAffine',
  'binaryOperation',
  'broadcastIndices',
  'broadcastShape',
  'channelMajor',
  'convolutionShape',
  'emptyLike',
  'errorFunction',
  'forEachProduct',
  'halvingWeightGradient',
  'hasWinogradAxis',
  'kronecker',
  'lowerConvolution',
  'lowerTransposedConvolution',
  'lowerWeightGradient',
  'mapBroadcast',
  'normalizeAxis',
  'normalizeReduction',
  'permutationMatrix',
  'pooledShape',
  'predicate',
  'reducedShape',
  'requireFit',
  'requireType',
  'sameWeightGradient',
  'softmaxReference',
  'stridedIndices',
  'sumTo',
  'swapLastAxes',
  'transposedShape',
  'unaryOperation',
  'windowCount',
  'winogradAxis',
  'winogradConvolution',
  'winogradGeometry',
  'winogradInputGradient',
  'winogradWeightGradient',
]);

const examples = await loadOpExamples();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

test('every op has examples', async () => {
  const exported = await exportedFunctions(OPS);
  assert.ok(exported.length > 50);
  const uncovered = exported.filter((name) => !examples.has(name) && !PARTS.has(name));
  assert.deepEqual(uncovered, []);
  assert.deepEqual(
    [...PARTS].filter((name) => !exported.includes(name)),
    [],
  );
});

for (const [op, ofOp] of examples) {
  test(`${op}: the reference gives PyTorch's values and gradients`, () => checkExpected(ofOp, 1e-10));

  test(`${op}: the gradient agrees with central differences`, async () => {
    for (const example of ofOp.filter(isDifferentiable)) await checkDifferences(example, 1e-8);
  });

  test(`${op}: the cpu agrees with the reference`, () => checkDevice(cpu, ofOp, 2e-6));
}

async function exportedFunctions(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const file of await readdir(folder)) {
    const module: unknown = await import(pathToFileURL(path.join(folder, file)).href);
    assert.ok(typeof module === 'object' && module !== null);
    for (const [name, value] of Object.entries(module)) if (typeof value === 'function') names.push(name);
  }
  return names;
}
