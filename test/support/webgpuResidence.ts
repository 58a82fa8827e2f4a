import assert from 'node:assert/strict';

import type { Device, DeviceTensor, Program } from '../../src/engine/devices/device.ts';
import { OnnxTensor } from '../../src/engine/devices/onnxRuntime/onnxTensor.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
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
    const before = device.liveTensors;
    const trainer = await Trainer.create(device, adam(), parameters, initial);
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
    assert.deepEqual(new Set(watched.inputs), new Set(['gpu-buffer']));
    assert.equal(new Set(seen).size, 1, `live tensors: ${seen.join()}`);
    trainer.dispose();
    await program.dispose();
    assert.equal(device.liveTensors, before);
  },
};

/** A program that notes where its tensors lie. */
function watching(program: Program): {
  readonly program: Program;
  readonly outputs: ReadonlyMap<string, string | undefined>;
  /** For each run the places of what it was given, joined where they differ. */
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
        inputs.push([...new Set(Object.values(given).map(placeOf))].join());
        const results = await program.run(given);
        for (const [name, tensor] of Object.entries(results)) outputs.set(name, placeOf(tensor));
        return results;
      },
      dispose: () => program.dispose(),
    },
  };
}
