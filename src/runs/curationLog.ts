import { z } from 'zod';

import { appendLines, readLines } from './jsonLines.ts';

/** A line of curation.jsonl: what a person decided about one synthetic image, and when. */
export const curationDecisionSchema = z.strictObject({
  time: z.iso.datetime(),
  sampleId: z.string().min(1),
  /** `undone` takes back the last decision about the image, so that the one before it holds again. */
  decision: z.enum(['accepted', 'rejected', 'undone']),
});

export type CurationDecision = z.infer<typeof curationDecisionSchema>;

export type CurationState = ReadonlyMap<string, 'accepted' | 'rejected'>;

/** Appends a decision and waits until it is on the disk. */
export async function recordDecision(file: string, decision: CurationDecision): Promise<void> {
  await appendLines(file, curationDecisionSchema, [decision], { flush: true });
}

/** What holds now for each image decided about, and what was wrong with the file; see `readLines`. */
export async function readCuration(
  file: string,
): Promise<{ state: CurationState; warnings: readonly string[] }> {
  const { values, warnings } = await readLines(file, curationDecisionSchema);
  return { state: curationState(values), warnings };
}

/** What holds after these decisions, by sample id; images without a decision are absent. */
export function curationState(decisions: readonly CurationDecision[]): CurationState {
  const standing = new Map<string, ('accepted' | 'rejected')[]>();
  for (const { sampleId, decision } of decisions) {
    const history = standing.get(sampleId) ?? [];
    if (decision === 'undone') history.pop();
    else history.push(decision);
    standing.set(sampleId, history);
  }
  const state = new Map<string, 'accepted' | 'rejected'>();
  for (const [sampleId, history] of standing) {
    const last = history.at(-1);
    if (last !== undefined) state.set(sampleId, last);
  }
  return state;
}
