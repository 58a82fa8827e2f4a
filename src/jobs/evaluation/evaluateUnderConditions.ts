import { setImmediate } from 'node:timers/promises';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { spreadOverClasses } from '../../data/spreadOverClasses.ts';
import { evaluatePredictions, type Evaluation } from '../../evaluation/evaluatePredictions.ts';
import { AttackedClassifier } from '../../evaluation/robustness/attackedClassifier.ts';
import { attackedModel } from '../../evaluation/robustness/attackPrograms.ts';
import { ConditionTester } from '../../evaluation/robustness/conditionTester.ts';
import { plannedPasses } from '../../evaluation/robustness/plannedPasses.ts';
import type { Pass } from '../../evaluation/robustness/projectedGradient.ts';
import { randomKey } from '../../engine/random.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { conditionKey, describeCondition, type TestCondition } from '../../protocol/testConditions.ts';
import {
  EVALUATION_VERSION,
  type ConditionScores,
  type EvaluationRecord,
} from '../../runs/evaluationRecord.ts';
import { readRunClassifier } from '../runClassifier.ts';
import { checkStop, type RunSession } from '../runSession.ts';
import { Stopwatch } from '../stopwatch.ts';
import { checkMasking, maskingPasses } from './maskingChecks.ts';
import { PassCounter } from './passCounter.ts';
import { writeEvaluation } from './writeEvaluation.ts';

const LARGEST_BATCH = 64;

export interface EvaluationRequest {
  /** No two of the same `conditionKey`. */
  readonly conditions: readonly TestCondition[];
  /** Whether to look for masked gradients, too. */
  readonly masking: boolean;
  /** Decides noise, starts and searches; the same in all runs that are compared. */
  readonly seed: number;
}

export interface EvaluationProgress {
  readonly type: 'evaluation';
  /** For people. */
  readonly condition: string;
  /** Of all that the evaluation does, in passes of a batch through the network. */
  readonly done: number;
  readonly total: number;
}

/**
 * Scores a finished run's classifier on the test images under every condition, without dropout, and writes
 * predictions.safetensors and evaluation.json into the run's folder. A stop or a kill leaves no evaluation.
 *
 * Throws TsyndError 'run/incomplete' when the run has no classifier yet, 'settings/invalid' for conditions that cannot
 * be told apart, 'training/diverged' when the classifier answers with what is no number, 'cancelled', and 'file/write'.
 */
export async function* evaluateUnderConditions(
  session: RunSession,
  { conditions, masking, seed }: EvaluationRequest,
): AsyncGenerator<EvaluationProgress, EvaluationRecord> {
  checkKeys(conditions);
  const stopwatch = new Stopwatch();
  const { run, dataset, configs, device } = session;
  const { test, task, classNames } = dataset;
  const state = await readRunClassifier(run, configs.classifier);
  // Batches of one size, so that little of the last one is only there to fill it.
  const batchCount = Math.max(1, Math.ceil(test.count / LARGEST_BATCH));
  const batchSize = Math.max(1, Math.ceil(test.count / batchCount));
  const classifier = await AttackedClassifier.create(
    device,
    attackedModel(configs.classifier, configs.likelihood),
    { batchSize, imageSize: configs.imageSize },
    state,
  );
  try {
    const tester = new ConditionTester(classifier, test, randomKey(seed));
    const counter = new PassCounter();
    const stages = plannedPasses(conditions, batchCount).map((passes) => counter.plan(passes));
    const checking = masking ? counter.plan(...maskingPasses(conditions, 1)) : undefined;

    const follow = async function* <T>(
      condition: string,
      stage: number,
      work: AsyncGenerator<Pass, T>,
    ): AsyncGenerator<EvaluationProgress, T> {
      for (;;) {
        const { done, total } = counter;
        yield { type: 'evaluation', condition, done, total };
        // A pass blocks the event loop: a stop is only heard in between.
        await setImmediate();
        checkStop(session);
        const next = await work.next();
        if (next.done) {
          counter.finish(stage);
          return next.value;
        }
        counter.count(stage, next.value);
      }
    };

    const probs = new Map<string, Float32Array>();
    const scores: ConditionScores[] = [];
    let majorityRate = 0;
    for (const [index, condition] of conditions.entries()) {
      const found = yield* follow(describeCondition(condition), stages[index], tester.predict(condition));
      probs.set(conditionKey(condition), found);
      const scored = evaluatePredictions({
        probs: found,
        labels: test.labels,
        task,
        numClasses: classNames.length,
      });
      scores.push(toScores(condition, scored));
      ({ majorityRate } = scored);
    }
    const checks =
      checking === undefined
        ? []
        : yield* follow(
            'checks for masked gradients',
            checking,
            checkMasking({
              tester,
              positions: Int32Array.from(spreadOverClasses(test, batchSize)),
              conditions,
              probs,
              task,
              classNames,
            }),
          );
    const record: EvaluationRecord = {
      formatVersion: EVALUATION_VERSION,
      runId: run.id,
      evaluatedAt: new Date().toISOString(),
      classifierSha256: await sha256OfFile(run.paths.classifier),
      datasetSha256: dataset.sha256,
      task,
      classNames: [...classNames],
      testImages: test.count,
      majorityRate,
      seed,
      conditions: scores,
      masking: checks,
      predictionsFile: 'predictions.safetensors',
      seconds: stopwatch.seconds,
    };
    await writeEvaluation(run.paths.root, record, test, probs);
    return record;
  } finally {
    await classifier.dispose();
  }
}

function toScores(condition: TestCondition, evaluation: Evaluation): ConditionScores {
  const { accuracy, balancedAccuracy, auroc, loss, confusionMatrix, labelConfusionMatrices } = evaluation;
  const copy = (matrix: readonly (readonly number[])[]): number[][] => matrix.map((row) => [...row]);
  return {
    condition,
    accuracy,
    balancedAccuracy,
    ...(auroc === undefined ? {} : { auroc }),
    // Probabilities may be above 1 by a rounding error.
    calibrationError: Math.min(evaluation.calibrationError, 1),
    loss,
    confusion: confusionMatrix ? copy(confusionMatrix) : (labelConfusionMatrices ?? []).map(copy),
  };
}

function checkKeys(conditions: readonly TestCondition[]): void {
  const keys = conditions.map(conditionKey);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined && keys.length > 0) return;
  throw new TsyndError(
    'settings/invalid',
    twice === undefined
      ? 'There is no condition to evaluate under.'
      : `The test condition '${twice}' is asked for twice.`,
    { remedy: 'Give each strength once.' },
  );
}
