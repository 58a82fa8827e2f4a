import { z } from 'zod';

/** What a process that tries a device says of it, as one line of JSON. */
export const probeResultSchema = z.discriminatedUnion('works', [
  z.strictObject({
    works: z.literal(true),
    description: z.string().min(1),
    /** Largest relative difference from the reference. */
    error: z.number().min(0),
    /** Median time of a small training step in ms; absent where only correctness was asked for. */
    stepMs: z.number().positive().optional(),
  }),
  z.strictObject({
    works: z.literal(false),
    /** Why not, in one sentence. */
    problem: z.string().min(1),
    /** What to do, where it is known better than for the device in general. */
    remedy: z.string().optional(),
    description: z.string().optional(),
    error: z.number().min(0).optional(),
  }),
]);

export type ProbeResult = z.infer<typeof probeResultSchema>;
