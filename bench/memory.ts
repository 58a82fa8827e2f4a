import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDevice } from '../src/jobs/devices/makeDevice.ts';
import { outputOf } from './peer.ts';
import { PROGRAM_NAMES, prepareProgram } from './programs.ts';

const RUNS = 3;

/** Peak resident memory in MiB of a new process that only runs this program; undefined where /proc is missing. */
export async function peakMemoryMb(
  name: string,
  batchSize: number,
  threads: number,
): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const args = ['--import', 'tsx', import.meta.filename, name, String(batchSize), String(threads)];
  return Number(await outputOf(process.execPath, args));
}

// Started as a program of its own, with a program's name, a batch and a number of threads.
if (path.resolve(process.argv[1] ?? '') === import.meta.filename) {
  const [given, batchSize, threads] = process.argv.slice(2);
  const name = PROGRAM_NAMES.find((known) => known === given)!;
  const device = await makeDevice('cpu', { threads: Number(threads) });
  const program = await prepareProgram(name, device, Number(batchSize));
  for (let run = 0; run < RUNS; run++) await program.run();
  const status = await readFile('/proc/self/status', 'utf8');
  process.stdout.write(String(Number(/VmHWM:\s*(\d+)/.exec(status)![1]) / 1024));
}
