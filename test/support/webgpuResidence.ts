import assert from 'node:assert/strict';

import type { Device, DeviceTensor, Program } from '../../src/engine/devices/device.ts';
import { OnnxTensor } from '../../src/engine/devices/onnxRuntime/onnxTensor.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { batch, initial, parameters, stepGraph } from './smallClassifier.ts';
import { disposeAll, uploadAll } from './runGraph.ts';

const BATCH_SIZE = 6;
const STEPS = 100;

/** Where tensors are while a classifier is trained: nothing of the state ever comes back to this process. */
export const residenceChecks: Readonly<Record<string, (device: Device) => Promise<void>>> = {
  'a training state stays in GPU buffers, and their number stays the same': async (device) => {
    assert.ok(device instanceof OnnxRuntimeDevice);
    const program = await device.compile(stepGraph(adam(), BATCH_SIZE));
    const trainer = await Trainer.create(device, adam(), parameters, initial);
    const before = device.liveTensors;
    const seen: number[] = [];
    const watched = watching(program);
    for (let step = 0; step < STEPS; step++) {
      const inputs = await uploadAll(device, batch(step, BATCH_SIZE));
      disposeAll(await trainer.run(watched.program, inputs, 0.01));
      disposeAll(inputs);
      seen.push(device.liveTensors - before);
    }
    assert.ok(watched.outputs.size > 10);
    assert.deepEqual(
      [...watched.outputs.values()].filter((location) => location !== 'gpu-buffer'),
      [],
    );
    // From the second step on: what was uploaded has been replaced by what the program made.
    assert.deepEqual(new Set(watched.inputs.slice(1)), new Set(['gpu-buffer']));
    assert.equal(new Set(seen).size, 1, `live tensors: ${seen.join()}`);
    trainer.dispose();
    await program.dispose();
    assert.equal(device.liveTensors, before);
  },

  'what is used again is moved to the GPU once': async (device) => {
    assert.ok(device instanceof OnnxRuntimeDevice);
    const program = await device.compile(stepGraph(adam(), BATCH_SIZE));
    const x = await device.upload(floatTensor([4], [1, 2, 3, 4]));
    await program.dispose();
    assert.ok(x instanceof OnnxTensor);
    const locations = [];
    for (let use = 0; use < 3; use++) {
      await x.feed();
      locations.push(x.location);
    }
    assert.deepEqual(locations, ['cpu', 'gpu-buffer', 'gpu-buffer']);
    assert.deepEqual(Array.from((await x.read()).data), [1, 2, 3, 4]);
    x.dispose();
    assert.equal(x.location, undefined);
  },
};

/** A program that notes where the tensors of its state lie. */
function watching(program: Program): {
  readonly program: Program;
  readonly outputs: ReadonlyMap<string, string | undefined>;
  /** For each run the places of the state that it was given, joined where they differ. */
  readonly inputs: readonly string[];
} {
  const outputs = new Map<string, string | undefined>();
  const inputs: string[] = [];
  const placeOf = (tensor: DeviceTensor): string | undefined =>
    tensor instanceof OnnxTensor ? tensor.location : undefined;
  return {
    outputs,
    inputs,
    program: {
      inputNames: program.inputNames,
      run: async (given) => {
        const state = Object.entries(given).filter(([name]) => parameters.includes(name));
        inputs.push([...new Set(state.map(([, tensor]) => placeOf(tensor)))].join());
        const results = await program.run(given);
        for (const [name, tensor] of Object.entries(results)) outputs.set(name, placeOf(tensor));
        return results;
      },
      dispose: () => program.dispose(),
    },
  };
}
