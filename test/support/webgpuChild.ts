/**
 * Runs the checks of WebGPU in a process of its own, so that a crashing driver does not take the test run along.
 * Writes one JSON line for each thing that happens, in the form of {@link WebgpuReport}.
 */
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { runOnce } from './runGraph.ts';
import { loadWebgpuChecks } from './webgpuChecks.ts';

/** `unavailable`: the device does not start, and why; otherwise a check that began, or how it ended. */
export type WebgpuReport =
  | { readonly unavailable: string }
  | { readonly started: string }
  | { readonly ended: string; readonly elapsedMs: number; readonly failure?: string };

function report(line: WebgpuReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function runChecks(): Promise<void> {
  const device = new OnnxRuntimeDevice('webgpu');
  try {
    await runOnce(device, (g) => ({ y: mul(g.input('x', [1]), 2) }), { x: floatTensor([1], 1) });
  } catch (error) {
    report({ unavailable: String(error) });
    return;
  }
  for (const [name, check] of Object.entries(await loadWebgpuChecks())) {
    report({ started: name });
    const startedAt = performance.now();
    const end = (failure?: string): void =>
      report({ ended: name, elapsedMs: performance.now() - startedAt, ...(failure ? { failure } : {}) });
    try {
      await check(device);
      end();
    } catch (error) {
      end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
  await device.dispose();
}

await runChecks();
