import { z } from 'zod';
import type { Device } from '../src/engine/devices/device.ts';
import type { Peer } from './peer.ts';
import { PROGRAM_NAMES, prepareProgram, type ProgramName } from './programs.ts';

const timesSchema = z.object({
  /** Median of the rounds. */
  ms: z.number(),
  runsMs: z.array(z.number()),
});

export const comparisonSchema = z.object({
  name: z.enum(PROGRAM_NAMES),
  batchSize: z.number(),
  compileMs: z.number(),
  ours: timesSchema,
  /** By the peers' labels; null where the peer failed, say for want of memory. */
  peers: z.record(z.string(), timesSchema.nullable()),
});

/** One program: our times and those of peers that do the same work. */
export type Comparison = z.infer<typeof comparisonSchema>;

/** The first runs allocate and warm caches. */
const WARM_UPS = 2;

/** Times `rounds` rounds; ours and the peers in turn, so that whatever else the machine does falls on all. */
export async function compare(
  device: Device,
  peers: ReadonlyMap<string, Peer>,
  {
    name,
    batchSize,
    rounds,
  }: { readonly name: ProgramName; readonly batchSize: number; readonly rounds: number },
): Promise<Comparison> {
  const program = await prepareProgram(name, device, batchSize);
  const ours: number[] = [];
  const theirs = new Map<string, number[]>([...peers.keys()].map((label) => [label, []]));
  try {
    for (let run = 0; run < WARM_UPS; run++) await program.run();
    for (let round = 0; round < rounds; round++) {
      ours.push(await program.run());
      for (const [label, runsMs] of theirs) {
        const ms = await peers.get(label)!.run(name, batchSize);
        if (ms === undefined) theirs.delete(label);
        else runsMs.push(ms);
      }
    }
  } finally {
    await program.dispose();
  }
  const labelled = [...peers.keys()].map((label) => {
    const runsMs = theirs.get(label);
    return [label, runsMs ? { ms: median(runsMs), runsMs } : null] as const;
  });
  return {
    ...{ name, batchSize, compileMs: program.compileMs },
    ours: { ms: median(ours), runsMs: ours },
    peers: Object.fromEntries(labelled),
  };
}

/** Our throughput over a peer's. */
export function ratioTo({ ours, peers }: Comparison, label: string): number | undefined {
  const peer = peers[label];
  return peer ? peer.ms / ours.ms : undefined;
}

export function median(sample: readonly number[]): number {
  return [...sample].sort((a, b) => a - b)[Math.floor(sample.length / 2)];
}
