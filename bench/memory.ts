import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { outputOf } from './peer.ts';
import { PROGRAM_NAMES, prepareProgram } from './programs.ts';

const RUNS = 3;

/** Peak resident memory in MiB of a new process that only runs this program; undefined where /proc is missing. */
export async function peakMemoryMb(name: string): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  return Number(await outputOf(process.execPath, ['--import', 'tsx', import.meta.filename, name]));
}

// Started as a program of its own, with a program's name.
if (path.resolve(process.argv[1] ?? '') === import.meta.filename) {
  const name = PROGRAM_NAMES.find((known) => known === process.argv[2])!;
  const program = await prepareProgram(name, 2);
  for (let run = 0; run < RUNS; run++) await program.run();
  const status = await readFile('/proc/self/status', 'utf8');
  process.stdout.write(String(Number(/VmHWM:\s*(\d+)/.exec(status)![1]) / 1024));
}
