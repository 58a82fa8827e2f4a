import { setImmediate } from 'node:timers/promises';
import { gatherImages } from '../../data/batch.ts';
import { throwIfCancelled, type Dataset, type SplitName } from '../../data/dataset.ts';
import { deriveKey, randomKey, type RandomKey } from '../../engine/random.ts';
import { floatTensor, type HostTensor } from '../../engine/tensor.ts';
import type { AdversarialImages, AdversarialSettings } from '../../explain/adversarialSearch.ts';
import { CURVE_STEPS, curveTrials } from '../../explain/relevance/insertionDeletion.ts';
import { localise, massInside } from '../../explain/relevance/localisation.ts';
import { ROAD_PERCENTILES, roadTrials } from '../../explain/relevance/road.ts';
import type { SaliencyMaps } from '../../explain/saliencyProgram.ts';
import type { AdversarialChoices, SaliencyChoices } from '../../protocol/explanations.ts';
import type { Label } from '../../protocol/sampleTable.ts';
import type { ExplainedRun } from '../explain/explainedRun.ts';
import type { ExplainPrograms } from '../explain/explainPrograms.ts';
import { datasetItem } from '../library/runDatasets.ts';
import { checkProbs } from '../runClassifier.ts';
import { chooseTargets } from './chooseTargets.ts';
import { OtherMasks } from './otherMasks.ts';
import { scoreChange } from './scoreChange.ts';
import type { ImageScores } from './summarizeScores.ts';

/** The images that are measured, and what is known of them. */
export interface MeasuredImages {
  readonly dataset: Dataset;
  readonly split: SplitName;
  /** Positions in the split. */
  readonly indices: readonly number[];
  /** As `indices`: [H, W] of 0 and 1. */
  readonly masks: readonly (Uint8Array | undefined)[];
}

export interface MeasureSettings {
  readonly saliency: SaliencyChoices;
  readonly adversarial: AdversarialChoices;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  /** Called after each image. */
  readonly onImage: () => void;
}

/** Images whose maps are made at once; a wish to stop is heard between them. */
const BATCH_SIZE = 16;

/** All changed copies of an image that the classifier is asked about, in one batch. */
const TRIALS = 2 * (CURVE_STEPS + 1) + 2 * ROAD_PERCENTILES.length;

/**
 * Measures a run's maps of images by the scores of src/explain/relevance. Throws TsyndError 'cancelled', and 'run/corrupt'
 * for a classifier that answers with what is no number.
 */
export async function scoreImages(
  explained: ExplainedRun,
  { dataset, split, indices, masks }: MeasuredImages,
  programs: ExplainPrograms,
  settings: MeasureSettings,
): Promise<ImageScores[]> {
  const scores: ImageScores[] = [];
  const others = new OtherMasks(masks);
  // A program blocks the thread while it runs; messages, a cancellation for example, are heard here.
  const listen = async (): Promise<void> => {
    await setImmediate();
    throwIfCancelled(settings.signal, 'Measuring relevance');
  };
  for (let start = 0; start < indices.length; start += BATCH_SIZE) {
    await listen();
    const chosen = indices.slice(start, start + BATCH_SIZE);
    const batch = gatherImages(dataset[split], chosen);
    const labels = chosen.map((index) => datasetItem(dataset, split, index).label);
    const maps = await makeMaps(explained, batch, labels, programs, { ...settings, betweenSteps: listen });
    for (const [position, index] of chosen.entries()) {
      await listen();
      const key = deriveKey(randomKey(settings.seed), split, index);
      const mask = masks[start + position];
      const image = { batch, position, mask, otherMasks: others.meanWithout(mask), key };
      scores.push(await scoreImage(explained, image, maps, programs));
      settings.onImage();
    }
  }
  return scores;
}

interface Maps {
  readonly saliency: SaliencyMaps;
  /** Absent without an autoencoder. */
  readonly changes: AdversarialImages | undefined;
}

async function makeMaps(
  explained: ExplainedRun,
  batch: HostTensor,
  labels: readonly Label[],
  programs: ExplainPrograms,
  {
    saliency,
    adversarial,
    betweenSteps,
  }: MeasureSettings & Required<Pick<AdversarialSettings, 'betweenSteps'>>,
): Promise<Maps> {
  const ask = async (): Promise<Float32Array> =>
    (await programs.predictor(explained, TRIALS)).predictImages(batch);
  const saliencyTargets = await chooseTargets(saliency.target, labels, ask);
  const saliencyProgram = await programs.saliency(explained, saliency.layer, BATCH_SIZE);
  const maps = await saliencyProgram.explain(batch, saliencyTargets, saliency);
  checkProbs(explained.run, Array.from(maps.probs));
  if (!explained.autoencoder) return { saliency: maps, changes: undefined };
  const adversarialTargets = await chooseTargets(adversarial.target, labels, ask);
  const search = await programs.adversarial(explained, BATCH_SIZE);
  return {
    saliency: maps,
    changes: await search.search(batch, adversarialTargets, { ...adversarial, betweenSteps }),
  };
}

interface ImageInBatch {
  /** [n, C, H, W] */
  readonly batch: HostTensor;
  readonly position: number;
  readonly mask: Uint8Array | undefined;
  /** [H, W] mean of those of the other images; absent where the image or all others have none. */
  readonly otherMasks: Float64Array | undefined;
  readonly key: RandomKey;
}

async function scoreImage(
  explained: ExplainedRun,
  { batch, position, mask, otherMasks, key }: ImageInBatch,
  { saliency, changes }: Maps,
  programs: ExplainPrograms,
): Promise<ImageScores> {
  const [, channels, height, width] = batch.shape;
  const shape = { channels, height, width };
  const size = channels * height * width;
  const image = batch.data.slice(position * size, (position + 1) * size);
  const map = saliency.maps.subarray(position * height * width, (position + 1) * height * width);
  const curves = curveTrials(image, map, shape, deriveKey(key, 'curves'));
  const road = roadTrials(image, map, shape, deriveKey(key, 'road'));

  const trials = new Float32Array(TRIALS * size);
  trials.set(curves.images);
  trials.set(road.images, curves.images.length);
  const predictor = await programs.predictor(explained, TRIALS);
  const { numClasses } = explained.configs.classifier;
  const label = saliency.classes[position];
  const answers = (
    await predictor.predictImages(floatTensor([TRIALS, channels, height, width], trials))
  ).filter((_, at) => at % numClasses === label);
  const probs = checkProbs(explained.run, Array.from(answers));
  return {
    saliency: {
      ...curves.score(probs.slice(0, curves.count)),
      road: road.score(probs.slice(curves.count)),
      ...(mask && localise(map, mask)),
    },
    adversarial: changes ? scoreChange(changes, position, shape, mask) : {},
    ...(otherMasks && { massInOtherMasks: massInside(map, otherMasks) }),
  };
}
