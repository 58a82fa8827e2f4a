import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { curationDecisionSchema, curationState } from '../../../src/runs/curationLog.ts';

/** How many samples of a run are accepted and rejected, by what stands on the disk. */
export function decisionCounts(run: string): { accepted: number; rejected: number } {
  const file = path.join(run, 'curation.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const state = curationState(lines.map((line) => curationDecisionSchema.parse(JSON.parse(line))));
  const decisions = [...state.values()];
  const accepted = decisions.filter((decision) => decision === 'accepted').length;
  return { accepted, rejected: decisions.length - accepted };
}
