import { DeviceError } from '../errors.ts';
import { trace } from '../graph.ts';
import { matmul } from '../ops/matmul.ts';
import { floatTensor, type HostTensor } from '../tensor.ts';
import type { CompileOptions, Device, DeviceTensor, Precision, Program } from './device.ts';

/** The same device, whose programs are of that precision unless they ask for another one. */
export function inPrecision(device: Device, precision: Precision): Device {
  if (precision === 'float32') return device;
  const { name, description, keepsState, longestLoop } = device;
  return {
    ...{ name, description, keepsState, precision },
    ...(longestLoop === undefined ? {} : { longestLoop }),
    upload: (tensor) => device.upload(tensor),
    compile: (graph, options: CompileOptions = {}) => device.compile(graph, { precision, ...options }),
    dispose: () => device.dispose(),
  };
}

/**
 * Tries a product in half precision: a graphics card may lack it, and is asked nowhere but in a program.
 *
 * @throws DeviceError that says why the device cannot
 */
export async function requireHalfPrecision(device: Device): Promise<void> {
  const graph = trace((g) => ({ y: matmul(g.input('x', [1, 1]), g.input('x2', [1, 1])) }));
  const x = await device.upload(floatTensor([1, 1], 3));
  try {
    const { data } = await resultOf(await device.compile(graph, { precision: 'float16' }), { x, x2: x });
    if (data[0] !== 9) throw new DeviceError(`In half precision it computes 3 x 3 as ${data[0]}.`);
  } catch (error) {
    if (!(error instanceof DeviceError) || !error.message.includes('requires f16')) throw error;
    // What ONNX Runtime's shaders say where Dawn's adapter does not have that feature.
    throw new DeviceError("Its graphics adapter lacks the WebGPU feature 'shader-f16'.", { cause: error });
  } finally {
    x.dispose();
  }
}

/** The output 'y' of a program that is run once. */
async function resultOf(
  program: Program,
  inputs: Readonly<Record<string, DeviceTensor>>,
): Promise<HostTensor> {
  try {
    const { y } = await program.run(inputs);
    try {
      return await y.read();
    } finally {
      y.dispose();
    }
  } finally {
    await program.dispose();
  }
}
