import { existsSync } from 'node:fs';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { conditionKey, type TestCondition } from '../../protocol/testConditions.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { readEvaluation } from '../evaluation/readEvaluation.ts';

/** What a cell's evaluation must hold. */
export interface EvaluationPlan {
  readonly conditions: readonly TestCondition[];
  /** Whether it is checked for masked gradients. */
  readonly masking: boolean;
  /** The same for all cells. */
  readonly seed: number;
}

/** Seconds that a finished cell took; undefined where it is not finished. */
export async function finishedIn(folder: string, plan: EvaluationPlan): Promise<number | undefined> {
  if (!existsSync(folder)) return undefined;
  try {
    const { manifest, paths } = await RunFolder.open(folder);
    if (manifest.status !== 'finished') return undefined;
    const evaluation = await readEvaluation(folder);
    if (evaluation?.seed !== plan.seed) return undefined;
    const found = new Map(
      evaluation.conditions.map(({ condition }) => [conditionKey(condition), JSON.stringify(condition)]),
    );
    const isWhole = plan.conditions.every(
      (condition) => found.get(conditionKey(condition)) === JSON.stringify(condition),
    );
    if (!isWhole || (plan.masking && evaluation.masking.length === 0)) return undefined;
    if (evaluation.classifierSha256 !== (await sha256OfFile(paths.classifier))) return undefined;
    const stages = Object.values(manifest.timings).reduce((sum, seconds) => sum + seconds, 0);
    return stages + evaluation.seconds;
  } catch {
    // What cannot be read is not finished; going on with the cell will say what is wrong with it.
    return undefined;
  }
}
