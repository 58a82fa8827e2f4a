import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ort from 'onnxruntime-node';

import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import type { TracedGraph } from '../../../src/engine/graph.ts';
import { deviceData, type ProviderName } from '../../../src/engine/onnx/emitter.ts';
import { lowerGraph } from '../../../src/engine/onnx/lowerGraph.ts';
import type { HostTensor, TensorData } from '../../../src/engine/tensor.ts';
import { assertNormClose } from '../../support/closeness.ts';
import { loadOpExamples } from '../../support/opChecks.ts';
import { exampleInputs, traceExamples } from '../../support/opExamples.ts';
import { runTraced, type HostTensors } from '../../support/runGraph.ts';

// What is lowered for a provider that a machine lacks still is ONNX, and the CPU has kernels for all of it.

const PROVIDERS: readonly ProviderName[] = ['webgpu', 'cuda', 'dml', 'coreml'];
const TOLERANCE = 2e-6;
const reference = new ReferenceDevice();

for (const [op, examples] of await loadOpExamples()) {
  test(`${op}: lowered for each provider, the cpu agrees with the reference`, async () => {
    const graph = traceExamples(examples);
    const inputs = exampleInputs(examples);
    const expected = await runTraced(reference, graph, inputs);
    const models = new Map<string, ProviderName>();
    for (const provider of PROVIDERS) {
      const { model } = lowerGraph(graph, provider);
      const bytes = Buffer.from(model).toString('base64');
      if (models.has(bytes)) continue;
      models.set(bytes, provider);
      const found = await runOnCpu(model, graph, inputs);
      for (const name of graph.outputs.keys()) {
        if (name.endsWith('/loss')) continue;
        assertNormClose(found[name], expected[name], TOLERANCE, `${name} for ${provider}`);
      }
    }
    assert.ok(models.size > 0);
  });
}

async function runOnCpu(
  model: Uint8Array,
  graph: TracedGraph,
  inputs: HostTensors,
): Promise<Record<string, HostTensor>> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const { dtype, shape } = inputs[name];
      return [name, new ort.Tensor(dtype, deviceData(inputs[name]), shape)];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    [...graph.outputs].map(([name, { dtype, shape }]) => [
      name,
      { dtype, shape, data: results[name].data as TensorData },
    ]),
  );
}
