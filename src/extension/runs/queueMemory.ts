import { z } from 'zod';

import { generateChoicesSchema } from '../../protocol/generateChoices.ts';
import { DEVICE_CHOICES } from '../../protocol/settings.ts';
import type { RunJob } from './runStore.ts';

const jobSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('generate'),
    datasetPath: z.string(),
    device: z.enum(DEVICE_CHOICES),
    threads: z.int().min(1).exactOptional(),
    choices: generateChoicesSchema,
  }),
  z.strictObject({ kind: z.literal('resume'), run: z.string(), datasetPath: z.string().exactOptional() }),
]);

/** The jobs among what a closed window left in the workspace's memory; what is no job any more, or not yet, is left out. */
export function rememberedJobs(memory: readonly unknown[]): readonly RunJob[] {
  return memory.flatMap((value: unknown) => {
    const job = jobSchema.safeParse(value);
    return job.success ? [job.data] : [];
  });
}
