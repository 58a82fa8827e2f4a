import assert from 'node:assert/strict';

import type { Device, DeviceTensor } from '../../src/engine/devices/device.ts';
import { DeviceError } from '../../src/engine/errors.ts';
import { trace } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { batchNormTraining } from '../../src/engine/ops/batchNorm.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { boolTensor, floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { Draw } from './draw.ts';
import { disposeAll, readAll, uploadAll } from './runGraph.ts';

/** What every device must do, whatever it computes with. */
export const deviceContract: Readonly<Record<string, (device: Device) => Promise<void>>> = {
  'tensors of every type come back as they were': async (device) => {
    const tensors: HostTensor[] = [
      floatTensor([2, 3], [1, -2.5, 0, 1e-30, 3e30, 7]),
      floatTensor([], [4]),
      intTensor([3], [-1, 0, 2 ** 31 - 1]),
      boolTensor([4], [true, false, false, true]),
    ];
    for (const tensor of tensors) {
      const uploaded = await device.upload(tensor);
      const read = await uploaded.read();
      assert.deepEqual([read.dtype, read.shape, uploaded.dtype, uploaded.shape].map(String), [
        tensor.dtype,
        String(tensor.shape),
        tensor.dtype,
        String(tensor.shape),
      ]);
      assert.deepEqual(Array.from(read.data), Array.from(tensor.data));
      uploaded.dispose();
    }
  },

  'a state is fed from run to run and read at the end': async (device) => {
    const program = await device.compile(
      trace((g) => {
        const [state, rate] = [g.input('state', [3]), g.input('rate', [])];
        return { next: add(mul(state, 0.5), rate) };
      }),
    );
    const rate = await device.upload(floatTensor([], 1));
    let state = await device.upload(floatTensor([3], [0, 100, -100]));
    for (let run = 0; run < 40; run++) {
      const { next } = await program.run({ state, rate });
      state.dispose();
      state = next;
    }
    assert.deepEqual(
      Array.from((await state.read()).data, (value) => Math.round(value * 1e6) / 1e6),
      [2, 2, 2],
    );
    disposeAll({ state, rate });
    await program.dispose();
  },

  'a result stays as it is while its program runs again': async (device) => {
    const program = await device.compile(trace((g) => ({ y: mul(g.input('x', [4]), 2) })));
    const inputs = await uploadAll(device, { a: floatTensor([4], 1), b: floatTensor([4], -3) });
    const first = await program.run({ x: inputs.a });
    const second = await program.run({ x: inputs.b });
    await program.run({ x: inputs.b });
    assert.deepEqual(Array.from((await first.y.read()).data), [2, 2, 2, 2]);
    assert.deepEqual(Array.from((await second.y.read()).data), [-6, -6, -6, -6]);
    assert.deepEqual(Array.from((await inputs.a.read()).data), [1, 1, 1, 1]);
    assert.deepEqual(Array.from((await first.y.read()).data), [2, 2, 2, 2]);
    disposeAll({ ...inputs, first: first.y, second: second.y });
    await program.dispose();
  },

  'two programs share a state': async (device) => {
    const shape = [2, 2];
    const step = await device.compile(
      trace((g) => {
        const [weights, target] = [g.input('weights', shape), g.input('target', shape)];
        return { next: sub(weights, mul(sub(weights, target), 0.5)) };
      }),
    );
    const loss = await device.compile(
      trace((g) => {
        const difference = sub(g.input('weights', shape), g.input('target', shape));
        return { loss: sum(mul(difference, difference)) };
      }),
    );
    const target = await device.upload(floatTensor(shape, [1, 2, 3, 4]));
    let weights: DeviceTensor = await device.upload(floatTensor(shape, 0));
    const losses: number[] = [];
    for (let run = 0; run < 4; run++) {
      const result = await loss.run({ weights, target });
      losses.push((await result.loss.read()).data[0]);
      weights = (await step.run({ weights, target })).next;
    }
    assert.deepEqual(losses, [30, 7.5, 1.875, 0.46875]);
    await Promise.all([step.dispose(), loss.dispose()]);
  },

  'a run does not depend on the runs before it': async (device) => {
    // Training batch norms write into their running statistics, whose first values must not matter. Two of a size, few
    // channels, and equal constants beside them: what a runtime may merge.
    const program = await device.compile(
      trace((g) => {
        const x = g.input('x', [2, 3, 2, 2]);
        const [ones, zeros] = [g.constant(floatTensor([3], 1)), g.constant(floatTensor([3], 0))];
        const first = batchNormTraining(x, ones, zeros, 1e-5);
        const second = batchNormTraining(mul(first.output, mul(x, 3)), ones, zeros, 1e-5);
        return { y: second.output, mean: first.mean, variance: second.variance, ones, zeros };
      }),
    );
    const draw = new Draw('runs before');
    const inputs = await uploadAll(device, {
      a: draw.normal([2, 3, 2, 2]),
      b: draw.normal([2, 3, 2, 2], { mean: 4 }),
    });
    const before = await readAll(await program.run({ x: inputs.a }));
    await program.run({ x: inputs.b });
    const after = await readAll(await program.run({ x: inputs.a }));
    assert.deepEqual(after, before);
    assert.deepEqual(Array.from(after.ones.data), [1, 1, 1]);
    assert.deepEqual(Array.from(after.zeros.data), [0, 0, 0]);
    await program.dispose();
  },

  'several steps in one run are what several runs are': async (device) => {
    const graph = trace((g) => {
      const [state, row] = [g.input('state', [2]), g.input('row', [2])];
      return { next: add(mul(state, g.input('fixed', [])), row), total: sum(state) };
    });
    const loop = { steps: 3, carried: new Map([['next', 'state']]), perStep: ['row'] };
    const program = await device.compile(graph, { loop });
    const inputs = await uploadAll(device, {
      state: floatTensor([2], [1, 2]),
      row: floatTensor([3, 2], [1, 0, 0, 1, 5, 5]),
      fixed: floatTensor([], [2]),
    });
    // The second run is not told of the first one's state.
    for (let run = 0; run < 2; run++) {
      const results = await program.run(inputs);
      const { next, total } = await readAll(results);
      assert.deepEqual([next.shape, Array.from(next.data)], [[2], [17, 23]]);
      assert.deepEqual([total.shape, Array.from(total.data)], [[3], [3, 7, 15]]);
      disposeAll(results);
    }
    disposeAll(inputs);
    await program.dispose();
  },

  'a missing input is refused': async (device) => {
    const program = await device.compile(trace((g) => ({ y: add(g.input('x', [2]), g.input('z', [2])) })));
    const x = await device.upload(floatTensor([2], 1));
    const run = async (): Promise<unknown> => await program.run({ x });
    await assert.rejects(run, (error) => error instanceof DeviceError && error.message.includes('input'));
    await program.dispose();
  },

  'baked inputs are not asked for': async (device) => {
    const baked = new Map([['w', floatTensor([2], [3, 4])]]);
    const graph = trace((g) => ({ y: mul(g.input('x', [2]), g.input('w', [2])) }));
    const program = await device.compile(graph, { baked });
    assert.deepEqual(program.inputNames, ['x']);
    const { y } = await program.run({ x: await device.upload(floatTensor([2], [5, 6])) });
    assert.deepEqual(Array.from((await y.read()).data), [15, 24]);
    await program.dispose();
  },
};

/** What ONNX Runtime's devices do beyond that. */
export const onnxDeviceContract: typeof deviceContract = {
  'missing and misshapen inputs are named': async (device) => {
    const program = await device.compile(trace((g) => ({ y: add(g.input('x', [2, 3]), g.input('z', [3])) })));
    const tensors = await uploadAll(device, { x: floatTensor([2, 3], 1), z: floatTensor([4], 1) });
    await assert.rejects(program.run({ x: tensors.x }), {
      name: 'DeviceError',
      message: "The program's input 'z' was not given.",
    });
    await assert.rejects(program.run(tensors), {
      name: 'DeviceError',
      message: "The program's input 'z' must be of shape [3], not [4].",
    });
    await program.dispose();
  },

  'an input of another type is refused': async (device) => {
    const program = await device.compile(trace((g) => ({ y: mul(g.input('x', [2]), 2) })));
    const x = await device.upload(intTensor([2], [1, 2]));
    await assert.rejects(program.run({ x }), DeviceError);
    await program.dispose();
  },

  'a hundred steps do not make the process grow': async (device) => {
    const shape = [1024, 1024];
    const program = await device.compile(trace((g) => ({ next: mul(g.input('state', shape), 1.01) })));
    let state = await device.upload(floatTensor(shape, 1));
    const advance = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step++) {
        const { next } = await program.run({ state });
        state.dispose();
        state = next;
      }
    };
    await advance(20);
    const before = process.memoryUsage().rss;
    await advance(100);
    // Each step makes 4 MiB; kept, they would be 400 MiB.
    const grownMebibytes = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grownMebibytes < 150, `the process grew by ${grownMebibytes.toFixed(0)} MiB`);
    state.dispose();
    await program.dispose();
  },
};
