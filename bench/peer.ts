import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { z } from 'zod';

const SCRIPT = path.join(import.meta.dirname, 'peer.py');

/** Pythons that may have torch: the person's own, then Debian's, which python3-torch belongs to. */
const PYTHONS = ['python3', '/usr/bin/python3'];

export const peerFactsSchema = z.object({
  torch: z.string(),
  threads: z.number(),
  /** The library behind plain matrix products; `reference` is so slow that ratios against it would flatter us. */
  blas: z.string().nullable(),
  device: z.string(),
  tf32: z.boolean(),
  cuda: z.string().nullable(),
  cudnn: z.number().nullable(),
});
const answerSchema = z.union([
  z.object({ name: z.string(), ms: z.number() }),
  z.object({ error: z.string() }),
]);
const memorySchema = z.object({ name: z.string(), peakMemoryMb: z.number() });

export type PeerFacts = z.infer<typeof peerFactsSchema>;

export interface PeerOptions {
  readonly threads: number;
  readonly device?: 'cpu' | 'cuda';
  /** Products and convolutions in TF32 on a GPU. */
  readonly tf32?: boolean;
}

/** PyTorch doing the same work in a process of its own, one program a request. */
export class Peer {
  readonly facts: PeerFacts;
  private readonly python: string;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  private constructor(python: string, child: ChildProcess, lines: AsyncIterator<string>, greeting: string) {
    this.facts = peerFactsSchema.parse(JSON.parse(greeting));
    this.python = python;
    this.child = child;
    this.lines = lines;
  }

  /** Starts the peer, or returns undefined where no Python has a torch that knows the device. */
  static async start({ threads, device = 'cpu', tf32 = false }: PeerOptions): Promise<Peer | undefined> {
    const options = ['--threads', String(threads), '--device', device, ...(tf32 ? ['--tf32'] : [])];
    for (const python of PYTHONS) {
      const child = spawn(python, [SCRIPT, '--serve', ...options], {
        // Our own devices turn TF32 off for their process: the peer obeys its options alone.
        env: { ...process.env, NVIDIA_TF32_OVERRIDE: undefined },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
      const lines: AsyncIterator<string> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const greeting = await Promise.race([lines.next(), failed]);
      if (greeting && !greeting.done) return new Peer(python, child, lines, greeting.value);
    }
    return undefined;
  }

  /** Milliseconds of one execution after the peer's own warm-up; undefined when it fails, e.g. for want of memory. */
  async run(name: string, batchSize: number): Promise<number | undefined> {
    this.child.stdin?.write(`run ${name} ${batchSize}\n`);
    const line = await this.lines.next();
    if (line.done) throw new Error(`The peer ended while it ran ${name}.`);
    const answer = answerSchema.parse(JSON.parse(line.value));
    if ('ms' in answer) return answer.ms;
    process.stderr.write(`PyTorch, ${name}, batch ${batchSize}: ${answer.error}\n`);
    return undefined;
  }

  /** Peak resident memory in MiB of a new process that only runs this program. */
  async peakMemoryMb(name: string, batchSize: number): Promise<number> {
    const { threads } = this.facts;
    const options = ['--memory', name, '--batch', String(batchSize), '--threads', String(threads)];
    const output = await outputOf(this.python, [SCRIPT, ...options]);
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
