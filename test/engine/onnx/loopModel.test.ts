import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as ort from 'onnxruntime-node';

import type { StepLoop } from '../../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../../../src/engine/graph.ts';
import type { ProviderName } from '../../../src/engine/onnx/emitter.ts';
import { deviceData } from '../../../src/engine/onnx/emitter.ts';
import { lowerGraph } from '../../../src/engine/onnx/lowerGraph.ts';
import { lowerLoop } from '../../../src/engine/onnx/loopModel.ts';
import { add } from '../../../src/engine/ops/add.ts';
import { batchNormTraining } from '../../../src/engine/ops/batchNorm.ts';
import { less } from '../../../src/engine/ops/compare.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { reshape } from '../../../src/engine/ops/reshape.ts';
import { sum } from '../../../src/engine/ops/sum.ts';
import { where } from '../../../src/engine/ops/where.ts';
import { stackTensors, tensorAt } from '../../../src/engine/stackTensors.ts';
import {
  boolTensor,
  floatTensor,
  intTensor,
  type HostTensor,
  type TensorData,
} from '../../../src/engine/tensor.ts';
import { adam } from '../../../src/nn/optimizers.ts';
import { trainingLoop } from '../../../src/nn/trainer.ts';
import { assertNormClose } from '../../support/closeness.ts';
import { Draw } from '../../support/draw.ts';
import { runTraced, type HostTensors } from '../../support/runGraph.ts';
import { batch, initial, parameters, stepGraph } from '../../support/smallClassifier.ts';

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const STEPS = 4;

type Runner = (
  graph: TracedGraph,
  inputs: HostTensors,
  loop?: StepLoop,
) => Promise<Record<string, HostTensor>>;

/** Runs a model that was lowered for a provider on the processor. */
function loweredFor(provider: ProviderName): Runner {
  return async (graph, inputs, loop) => {
    const { model } = loop ? lowerLoop(graph, provider, loop) : lowerGraph(graph, provider);
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
    });
    const feeds = session.inputNames.map(
      (name) =>
        [name, new ort.Tensor(inputs[name].dtype, deviceData(inputs[name]), inputs[name].shape)] as const,
    );
    const results = await session.run(Object.fromEntries(feeds));
    await session.release();
    return Object.fromEntries(
      [...graph.outputs].map(([name, { dtype }]) => {
        const { dims, data } = results[name];
        return [name, { dtype, shape: dims, data: data as TensorData }];
      }),
    );
  };
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  reference: (graph, inputs, loop) => runTraced(reference, graph, inputs, loop && { loop }),
  cpu: (graph, inputs, loop) => runTraced(cpu, graph, inputs, loop && { loop }),
  // Loop on the provider that has one, and steps that are written out on one that has none.
  'lowered for cuda': loweredFor('cuda'),
  'lowered for dml': loweredFor('dml'),
};

/** The same by separate runs of one step. */
async function inTurn(
  run: Runner,
  graph: TracedGraph,
  inputs: HostTensors,
  { steps, carried, perStep }: StepLoop,
): Promise<Record<string, HostTensor>> {
  let state: HostTensors = {};
  const told = new Map<string, HostTensor[]>();
  for (let step = 0; step < steps; step++) {
    const own = Object.fromEntries(perStep.map((name) => [name, tensorAt(inputs[name], step)]));
    const outputs = await run(graph, { ...inputs, ...state, ...own });
    const next: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = carried.get(name);
      if (input === undefined) told.set(name, [...(told.get(name) ?? []), tensor]);
      else next[input] = tensor;
    }
    state = next;
  }
  const results: Record<string, HostTensor> = {};
  for (const [output, input] of carried) results[output] = state[input];
  for (const [name, tensors] of told) results[name] = stackTensors(tensors);
  return results;
}

/** A loop gives the bytes of separate runs. */
async function checkLoop(
  run: Runner,
  graph: TracedGraph,
  inputs: HostTensors,
  loop: StepLoop,
): Promise<Record<string, HostTensor>> {
  const expected = await inTurn(run, graph, inputs, loop);
  const found = await run(graph, inputs, loop);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  for (const [name, { shape, dtype, data }] of Object.entries(expected)) {
    assert.deepEqual([found[name].shape, found[name].dtype], [shape, dtype], name);
    assert.deepEqual(Array.from(found[name].data), Array.from(data), name);
  }
  return found;
}

for (const [name, run] of Object.entries(RUNNERS)) {
  describe(name, () => {
    test('states are carried, rows are taken by step, the rest stays, and what steps tell is kept', async () => {
      const graph = trace((g) => {
        const [state, row, fixed] = [g.input('state', [2]), g.input('row', [2]), g.input('fixed', [])];
        return { next: add(mul(state, fixed), row), before: state, sum: sum(state), three: g.scalar(3) };
      });
      const found = await checkLoop(
        run,
        graph,
        {
          state: floatTensor([2], [1, 2]),
          row: floatTensor([STEPS, 2], [1, 0, 0, 1, 5, 5, -1, -1]),
          fixed: floatTensor([], [2]),
        },
        { steps: STEPS, carried: new Map([['next', 'state']]), perStep: ['row'] },
      );
      // 1, 3, 6, 17, 33 and 2, 4, 9, 23, 45.
      assert.deepEqual(Array.from(found.next.data), [33, 45]);
      assert.deepEqual(Array.from(found.sum.data), [3, 7, 15, 40]);
      assert.deepEqual(found.before.shape, [STEPS, 2]);
    });

    test('whole numbers and truth values are carried and given, too', async () => {
      const graph = trace((g) => {
        const [count, flag] = [g.input('count', [2], 'int32'), g.input('flag', [2], 'bool')];
        const [up, limit] = [g.input('up', [2], 'int32'), g.input('limit', [2], 'int32')];
        const isLow = less(count, limit);
        return { nextCount: where(flag, up, count), nextFlag: isLow };
      });
      await checkLoop(
        run,
        graph,
        {
          count: intTensor([2], [0, 0]),
          flag: boolTensor([2], [true, false]),
          up: intTensor([STEPS, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
          limit: intTensor([2], [3, 1]),
        },
        {
          steps: STEPS,
          carried: new Map([
            ['nextCount', 'count'],
            ['nextFlag', 'flag'],
          ]),
          perStep: ['up'],
        },
      );
    });

    test('states may change places, stay, or be what nothing was computed from', async () => {
      const graph = trace((g) => {
        const [a, b, c] = [g.input('a', [1]), g.input('b', [1]), g.input('c', [1])];
        g.input('unused', [1]);
        return { nextA: b, nextB: a, nextC: c, nextUnused: mul(a, 2) };
      });
      const carried = new Map(['A', 'B', 'C'].map((name) => [`next${name}`, name.toLowerCase()]));
      await checkLoop(
        run,
        graph,
        Object.fromEntries(['a', 'b', 'c', 'unused'].map((name, index) => [name, floatTensor([1], [index])])),
        { steps: 3, carried: carried.set('nextUnused', 'unused'), perStep: [] },
      );
    });

    test("each step has its own batch statistics, and the next one's do not overwrite them", async () => {
      // Statistics as results, as states, and behind a reshape: the runtime's own are one buffer for all steps.
      const graph = trace((g) => {
        const [x, last] = [g.input('x', [2, 3, 2, 2]), g.input('last', [3])];
        const [ones, zeros] = [g.constant(floatTensor([3], 1)), g.constant(floatTensor([3], 0))];
        const first = batchNormTraining(x, ones, zeros, 1e-5);
        const second = batchNormTraining(mul(first.output, x), ones, zeros, 1e-5);
        return {
          mean: first.mean,
          variance: second.variance,
          shaped: reshape(first.variance, [1, 3]),
          next: second.mean,
          before: last,
          difference: add(last, second.mean),
        };
      });
      const x = new Draw('batches of a loop').normal([STEPS, 2, 3, 2, 2]);
      await checkLoop(
        run,
        graph,
        { x, last: floatTensor([3], 0) },
        {
          steps: STEPS,
          carried: new Map([['next', 'last']]),
          perStep: ['x'],
        },
      );
    });

    test('training steps in a loop are those one by one', async () => {
      const optimizer = adam();
      const graph = stepGraph(optimizer, 6);
      const batches = Array.from({ length: STEPS }, (_, index) => batch(index, 6));
      const names = Object.keys(batches[0]);
      const inputs: Record<string, HostTensor> = Object.fromEntries(initial);
      for (const parameter of parameters) {
        for (const slot of optimizer.slots) {
          inputs[`optimizer.${slot}.${parameter}`] = floatTensor(initial.get(parameter)!.shape, 0);
        }
      }
      for (const each of names) inputs[each] = stackTensors(batches.map((tensors) => tensors[each]));
      const scalars = Array.from({ length: STEPS }, (_, index) => optimizer.scalars(index + 1, 0.05));
      for (const each of Object.keys(scalars[0])) {
        inputs[`scalar.${each}`] = floatTensor(
          [STEPS],
          scalars.map((values) => values[each]),
        );
      }
      const found = await checkLoop(run, graph, inputs, trainingLoop(graph, names, STEPS));
      assert.deepEqual(found.loss.shape, [STEPS]);
      const expected = await RUNNERS.reference(graph, inputs, trainingLoop(graph, names, STEPS));
      for (const [each, tensor] of Object.entries(found)) assertNormClose(tensor, expected[each], 1e-3, each);
    });
  });
}

test('baked tensors are part of each step', async () => {
  const graph = trace((g) => ({ next: mul(g.input('state', [2]), g.input('w', [2])) }));
  const loop = { steps: 3, carried: new Map([['next', 'state']]), perStep: [] };
  const baked = new Map([['w', floatTensor([2], [2, -1])]]);
  for (const device of [reference, cpu]) {
    const program = await device.compile(graph, { baked, loop });
    assert.deepEqual(program.inputNames, ['state']);
    const { next } = await program.run({ state: await device.upload(floatTensor([2], [1, 1])) });
    assert.deepEqual(Array.from((await next.read()).data), [8, -1]);
    await program.dispose();
  }
});

test('a loop that does not fit its graph is refused', async () => {
  const build = (g: Graph): Record<string, Value> => {
    const state = g.input('state', [2]);
    return { next: mul(state, g.input('w', [])), sum: sum(state) };
  };
  const graph = trace(build);
  const carried = new Map([['next', 'state']]);
  const cases: [StepLoop, RegExp][] = [
    [{ steps: 0, carried, perStep: [] }, /at least 1, not 0/],
    [{ steps: 2, carried: new Map([['other', 'state']]), perStep: [] }, /does not carry 'other' to 'state'/],
    [
      { steps: 2, carried: new Map([['sum', 'state']]), perStep: [] },
      /'sum' of shape \[\] cannot be the next/,
    ],
    [{ steps: 2, carried, perStep: ['state'] }, /'state' is carried or given by step twice/],
    [{ steps: 2, carried, perStep: ['w'] }, /'w' changes from step to step and cannot be baked/],
  ];
  for (const device of [reference, cpu]) {
    for (const [loop, message] of cases) {
      await assert.rejects(device.compile(graph, { loop, baked: new Map([['w', floatTensor([], [1])]]) }), {
        message,
      });
    }
    const program = await device.compile(graph, { loop: { steps: 2, carried, perStep: ['w'] } });
    const state = await device.upload(floatTensor([2], 1));
    await assert.rejects(
      program.run({ state, w: await device.upload(floatTensor([], 1)) }),
      /must be of shape \[2\], not \[\]/,
    );
    await program.dispose();
  }
});
