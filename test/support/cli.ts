import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { builtProgram } from './builtProgram.ts';

export const CLI = builtProgram('cli.mjs');

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  /** Called with every line of stdout, and the process. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** Runs the built command line in a process of its own. */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runCommand(process.execPath, [CLI, ...words], options);
}

export async function runCommand(
  program: string,
  words: readonly string[],
  { cwd, onLine }: CliOptions = {},
): Promise<CliResult> {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let stderr = '';
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    onLine?.(line, child);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { exitCode, stdout: lines.map((line) => `${line}\n`).join(''), stderr };
}

const jsonLine = z.looseObject({ type: z.string() });

/** What a command said with `--json`; fails where a line of stdout is anything else. */
export function jsonLines({ stdout }: CliResult): z.infer<typeof jsonLine>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => jsonLine.parse(JSON.parse(line)));
}
