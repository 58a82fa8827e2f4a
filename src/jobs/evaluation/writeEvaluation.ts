import { rm } from 'node:fs/promises';
import { labelWidth } from '../../data/batch.ts';
import type { LabelledImages } from '../../data/dataset.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import { writeSafetensors } from '../../data/safetensors.ts';
import { floatTensor, intTensor, type HostTensor } from '../../engine/tensor.ts';
import { evaluationRecordSchema, type EvaluationRecord } from '../../runs/evaluationRecord.ts';
import { evaluationPaths } from './evaluationPaths.ts';

/**
 * Writes an evaluation into its run's folder. evaluation.json comes last, after an earlier one was removed: it is never
 * there without its predictions. Throws TsyndError 'file/write'.
 *
 * @param probs `[N, K]` by `conditionKey`
 */
export async function writeEvaluation(
  runPath: string,
  record: EvaluationRecord,
  test: LabelledImages<'test'>,
  probs: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const checked = evaluationRecordSchema.parse(record);
  const files = evaluationPaths(runPath);
  const { count, labels } = test;
  const width = labelWidth(test);
  const tensors = new Map<string, HostTensor>([
    ['labels', intTensor(width === 1 ? [count] : [count, width], labels)],
  ]);
  for (const [key, values] of probs) tensors.set(key, floatTensor([count, values.length / count], values));
  await rm(files.record, { force: true });
  await writeSafetensors(files.predictions, tensors, { evaluatedAt: checked.evaluatedAt });
  await writeFileAtomic(files.record, `${JSON.stringify(checked, undefined, 2)}\n`);
}
