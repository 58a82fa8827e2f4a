import { stackTensors, tensorAt } from '../stackTensors.ts';
import type { Signature } from '../stepLoop.ts';
import type { HostTensor } from '../tensor.ts';
import { misshapenInput, missingInput } from '../errors.ts';
import { sameShape } from '../tensor.ts';
import type { Device, DeviceTensor, Program, StepLoop } from './device.ts';
import { release } from './release.ts';

/**
 * A loop of steps on a device that has none of its own: runs the program of one step again and again, and is handed what
 * differs from step to step by way of this process.
 *
 * @param step the graph's program without the loop; it is disposed of with the result
 */
export function stepByStep(device: Device, step: Program, loop: StepLoop, signature: Signature): Program {
  return {
    inputNames: [...signature.inputs.keys()],
    run: async (inputs) => {
      const given = checkedInputs(inputs, signature);
      const state = new Map<string, DeviceTensor>();
      const rows = new Map<string, HostTensor>();
      for (const name of loop.perStep) if (name in given) rows.set(name, await given[name].read());
      const told = new Map<string, HostTensor[]>();
      for (let index = 0; index < loop.steps; index++) {
        const own: Record<string, DeviceTensor> = {};
        for (const [name, stacked] of rows) own[name] = await device.upload(tensorAt(stacked, index));
        const outputs = await step.run({ ...given, ...Object.fromEntries(state), ...own });
        release(own);
        const before = [...state.values()];
        for (const [name, tensor] of Object.entries(outputs)) {
          const input = loop.carried.get(name);
          if (input !== undefined) state.set(input, tensor);
          else {
            told.set(name, [...(told.get(name) ?? []), await tensor.read()]);
            tensor.dispose();
          }
        }
        for (const tensor of before) tensor.dispose();
      }
      const results: Record<string, DeviceTensor> = {};
      for (const [output, input] of loop.carried) results[output] = state.get(input)!;
      for (const [name, tensors] of told) results[name] = await device.upload(stackTensors(tensors));
      return results;
    },
    dispose: () => step.dispose(),
  };
}

function checkedInputs(
  inputs: Readonly<Record<string, DeviceTensor | undefined>>,
  signature: Signature,
): Record<string, DeviceTensor> {
  const checked: Record<string, DeviceTensor> = {};
  for (const [name, { shape }] of signature.inputs) {
    const given = inputs[name];
    if (!given) throw missingInput(name);
    if (!sameShape(given.shape, shape)) throw misshapenInput(name, shape, given.shape);
    checked[name] = given;
  }
  return checked;
}
