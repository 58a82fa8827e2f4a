import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { z } from 'zod';

const SCRIPT = path.join(import.meta.dirname, 'peer.py');

/** Pythons that may have torch: the person's own, then Debian's, which python3-torch belongs to. */
const PYTHONS = ['python3', '/usr/bin/python3'];

const greetingSchema = z.object({ torch: z.string(), threads: z.number(), blas: z.string().nullable() });
const answerSchema = z.object({ name: z.string(), ms: z.number() });
const memorySchema = z.object({ name: z.string(), peakMemoryMb: z.number() });

/** PyTorch doing the same work in a process of its own, one program a request. */
export class Peer {
  readonly torch: string;
  /** The library behind plain matrix products; `reference` is so slow that ratios against it would flatter us. */
  readonly blas: string | null;
  private readonly python: string;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  private constructor(python: string, child: ChildProcess, lines: AsyncIterator<string>, greeting: string) {
    const { torch, blas } = greetingSchema.parse(JSON.parse(greeting));
    this.torch = torch;
    this.blas = blas;
    this.python = python;
    this.child = child;
    this.lines = lines;
  }

  /** Starts the peer, or returns undefined where no Python with torch is found. */
  static async start(threads: number): Promise<Peer | undefined> {
    for (const python of PYTHONS) {
      const child = spawn(python, [SCRIPT, '--serve', '--threads', String(threads)], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
      const lines: AsyncIterator<string> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const greeting = await Promise.race([lines.next(), failed]);
      if (greeting && !greeting.done) return new Peer(python, child, lines, greeting.value);
    }
    return undefined;
  }

  /** Milliseconds of one execution after the peer's own warm-up. */
  async run(name: string): Promise<number> {
    this.child.stdin?.write(`run ${name}\n`);
    const answer = await this.lines.next();
    if (answer.done) throw new Error(`The peer ended while it ran ${name}.`);
    return answerSchema.parse(JSON.parse(answer.value)).ms;
  }

  /** Peak resident memory in MiB of a new process that only runs this program. */
  async peakMemoryMb(name: string): Promise<number> {
    const output = await outputOf(this.python, [SCRIPT, '--memory', name, '--threads', '2']);
    return memorySchema.parse(JSON.parse(output)).peakMemoryMb;
  }

  stop(): void {
    this.child.stdin?.end('quit\n');
  }
}

/** Standard output of a program; throws Error when it fails. */
export function outputOf(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with code ${code}.`)),
    );
  });
}
