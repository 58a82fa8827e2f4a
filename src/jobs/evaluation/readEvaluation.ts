import { z } from 'zod';
import { describeIssues } from '../../data/describeIssues.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { decodeSafetensors } from '../../data/safetensors.ts';
import type { HostTensor } from '../../engine/tensor.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { conditionKey } from '../../protocol/testConditions.ts';
import {
  EVALUATION_VERSION,
  evaluationRecordSchema,
  type EvaluationRecord,
} from '../../runs/evaluationRecord.ts';
import { evaluationPaths } from './evaluationPaths.ts';

/** What a run's classifier said of every test image under each condition; rows in the dataset's order. */
export interface RunPredictions {
  /** Class index `[N]`; for multi-label data `[N, L]` of 0 and 1. */
  readonly labels: Int32Array;
  /** Probabilities `[N, K]` by `conditionKey`. */
  readonly probs: ReadonlyMap<string, Float32Array>;
}

/** The evaluation in a run's folder, undefined where there is none. Throws TsyndError 'run/corrupt'. */
export async function readEvaluation(runPath: string): Promise<EvaluationRecord | undefined> {
  const { record: file } = evaluationPaths(runPath);
  const bytes = await readIfPresent(file);
  if (!bytes) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString());
  } catch (error) {
    throw damaged(file, 'it is not JSON', error);
  }
  const version = z.object({ formatVersion: z.int() }).safeParse(parsed);
  if (version.success && version.data.formatVersion > EVALUATION_VERSION) {
    throw new TsyndError(
      'run/corrupt',
      `${file} has format ${version.data.formatVersion}, and this version of TSynD reads formats up to ${EVALUATION_VERSION}.`,
      { remedy: 'Update TSynD to read it.', details: { file } },
    );
  }
  const checked = evaluationRecordSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  throw damaged(file, describeIssues(checked.error), checked.error);
}

/**
 * The predictions beside a run's evaluation, undefined where it has none. Throws TsyndError 'run/corrupt' where they are
 * damaged, missing, or of another evaluation.
 */
export async function readPredictions(runPath: string): Promise<RunPredictions | undefined> {
  const record = await readEvaluation(runPath);
  if (!record) return undefined;
  const { predictions: file } = evaluationPaths(runPath);
  const bytes = await readIfPresent(file);
  if (!bytes) throw damaged(file, 'it is missing');
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.evaluatedAt !== record.evaluatedAt) throw damaged(file, 'it belongs to another evaluation');
  const isMultiLabel = record.task === 'multi-label';
  const columns = record.classNames.length;
  const rows = record.testImages;
  const take = (name: string, length: number): HostTensor['data'] => {
    const data = tensors.get(name)?.data;
    if (data?.length === length) return data;
    throw damaged(
      file,
      `it lacks the ${name === 'labels' ? name : `predictions '${name}'`} of ${rows} images`,
    );
  };
  return {
    labels: Int32Array.from(take('labels', isMultiLabel ? rows * columns : rows)),
    probs: new Map(
      record.conditions.map(({ condition }) => {
        const key = conditionKey(condition);
        return [key, Float32Array.from(take(key, rows * columns))];
      }),
    ),
  };
}

function damaged(file: string, reason: string, cause?: unknown): TsyndError {
  return new TsyndError('run/corrupt', `${file} cannot be used: ${reason}.`, {
    remedy: 'Evaluate the run again (on the command line: tsynd evaluate RUN --robust).',
    details: { file },
    cause,
  });
}
