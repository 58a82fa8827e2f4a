import { evaluatePredictions, type Evaluation } from '../evaluation/evaluatePredictions.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { openSession } from './openSession.ts';
import { Predictor } from './predictor.ts';
import { readRunClassifier } from './runClassifier.ts';

export interface RunEvaluation {
  readonly run: string;
  readonly classNames: readonly string[];
  readonly testImages: number;
  readonly test: Evaluation;
}

/**
 * Scores a finished run's classifier on the test images as they are, without dropout, and writes nothing. This and
 * `evaluateUnderConditions` are the places that read them. Throws TsyndError 'run/incomplete' when the run has no
 * classifier yet.
 */
export async function evaluateRun(runPath: string, datasetPath?: string): Promise<RunEvaluation> {
  const run = await RunFolder.open(runPath);
  const { session } = await openSession(run, { datasetPath });
  const { configs, dataset, device } = session;
  const { task, classNames, test } = dataset;
  try {
    const classifier = await readRunClassifier(run, configs.classifier);
    const predictor = await Predictor.create(device, configs, test.count, classifier);
    const probs = await predictor.predict(test);
    await predictor.dispose();
    return {
      run: run.id,
      classNames,
      testImages: test.count,
      test: evaluatePredictions({ probs, labels: test.labels, task, numClasses: classNames.length }),
    };
  } finally {
    await device.dispose();
  }
}
