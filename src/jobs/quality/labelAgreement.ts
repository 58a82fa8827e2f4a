import { setImmediate } from 'node:timers/promises';
import { batchesOf, gatherImages } from '../../data/batch.ts';
import { throwIfCancelled } from '../../data/dataset.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import type { Device } from '../../engine/devices/device.ts';
import { predictLabels } from '../../evaluation/predictions.ts';
import type { QualityReport } from '../../protocol/quality.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { modelConfigs } from '../modelConfigs.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { Predictor } from '../predictor.ts';
import { checkAnswers, readRunClassifier } from '../runClassifier.ts';

const BATCH_SIZE = 128;

/**
 * How often a run's classifier, without dropout, predicts the label that a synthetic image was made for: by class, null
 * where none was made for it, and of all. Of multi-label images by label whether it is predicted right, and of all
 * whether all labels are.
 *
 * Throws TsyndError 'run/incomplete' when the run has no classifier yet, 'run/corrupt' and 'cancelled'.
 */
export async function measureAgreement(
  judge: RunFolder,
  synthetic: SyntheticImages,
  device: Device,
  signal: AbortSignal | undefined,
): Promise<NonNullable<QualityReport['agreement']>> {
  const { task, classNames } = judge.manifest.dataset;
  const configs = modelConfigs(judge.manifest.dataset, readRunSettings(judge));
  const state = await readRunClassifier(judge, configs.classifier);
  const predictor = await Predictor.create(device, configs, BATCH_SIZE, state);
  const probs = new Float32Array(synthetic.count * classNames.length);
  try {
    const order = Int32Array.from({ length: synthetic.count }, (_, index) => index);
    for (const indices of batchesOf(order, BATCH_SIZE)) {
      const rows = await predictor.predictImages(gatherImages(synthetic, indices));
      checkAnswers(judge, [...rows], 'a synthetic image');
      probs.set(rows, indices[0] * classNames.length);
      await setImmediate();
      throwIfCancelled(signal, 'Measuring quality');
    }
  } finally {
    await predictor.dispose();
  }
  const numClasses = classNames.length;
  const predicted = predictLabels({ probs, labels: synthetic.labels, task, numClasses });
  const isRight = Array.from(predicted, (label, at) => label === synthetic.labels[at]);
  return { judge: judge.id, ...(task === 'multi-label' ? byLabel : byClass)(isRight, synthetic, numClasses) };
}

type Shares = Pick<NonNullable<QualityReport['agreement']>, 'byClass' | 'all'>;

function byClass(isRight: readonly boolean[], { labels }: SyntheticImages, numClasses: number): Shares {
  const shares = Array.from({ length: numClasses }, (_, label) => {
    const members = isRight.filter((_, image) => labels[image] === label);
    return members.length === 0 ? null : shareOf(members);
  });
  return { byClass: shares, all: shareOf(isRight) };
}

function byLabel(isRight: readonly boolean[], { count }: SyntheticImages, numLabels: number): Shares {
  const images = Array.from({ length: count }, (_, image) =>
    isRight.slice(image * numLabels, (image + 1) * numLabels),
  );
  return {
    byClass: Array.from({ length: numLabels }, (_, label) => shareOf(images.map((row) => row[label]))),
    all: shareOf(images.map((row) => row.every(Boolean))),
  };
}

function shareOf(values: readonly boolean[]): number {
  return values.filter(Boolean).length / values.length;
}
