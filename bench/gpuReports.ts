import { z } from 'zod';
import { comparisonSchema } from './compare.ts';
import { peerFactsSchema } from './peer.ts';
import { PROGRAM_NAMES } from './programs.ts';

/** What bench/gpu.ts asks of the process of one device. */
export const gpuOptionsSchema = z.object({
  threads: z.int().min(1),
  programs: z.array(z.enum(PROGRAM_NAMES)),
  batches: z.array(z.int().min(2)),
  rounds: z.int().min(1),
  peers: z.array(
    z.object({ label: z.string(), device: z.enum(['cpu', 'cuda']), tf32: z.boolean().default(false) }),
  ),
  /** No program is begun after it, in ms since 1970. */
  deadline: z.number().optional(),
});
export type GpuOptions = z.infer<typeof gpuOptionsSchema>;

const program = z.enum(PROGRAM_NAMES);

/** One line of that process. */
export const gpuReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('device'), description: z.string() }),
  /** The device does not start on this machine; nothing follows. */
  z.object({ type: z.literal('unavailable'), message: z.string() }),
  z.object({ type: z.literal('opFailure'), op: z.string(), message: z.string() }),
  /** The op suite has ended; so many ops agreed with the reference. */
  z.object({ type: z.literal('ops'), passed: z.number() }),
  z.object({ type: z.literal('peer'), label: z.string(), facts: peerFactsSchema }),
  z.object({ type: z.literal('started'), program, batchSize: z.number() }),
  z.object({ type: z.literal('row'), row: comparisonSchema }),
  z.object({ type: z.literal('failure'), program, batchSize: z.number(), message: z.string() }),
]);
export type GpuReport = z.infer<typeof gpuReportSchema>;

/** What became of one device. */
export interface DeviceResults {
  readonly name: string;
  readonly reports: GpuReport[];
  /** Why its process ended before it had done all. */
  problem?: string;
}

export interface ExperimentResult {
  readonly file: string;
  readonly device: string;
  readonly seconds: number;
  readonly exitCode: number | null;
}

/** All that a run of bench/gpu.sh found out; what its JSON file holds. */
export interface GpuResults {
  /** YYYY-MM-DD */
  readonly date: string;
  /** The graphics card, or the processor where there is none. */
  readonly hardware: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly devices: DeviceResults[];
  experiment?: ExperimentResult | { readonly skipped: string };
}
