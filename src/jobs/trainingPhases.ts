import type { TrainingImages, TrainingSet } from '../data/trainingSet.ts';
import type { LearningRateSchedule } from '../nn/schedules.ts';
import type { ClassifierSettings } from '../protocol/settings.ts';
import { recipeOf } from './recipes.ts';

/** A part of a classifier's training with its place in the whole; epochs and steps are counted through, from 0. */
export interface PlannedPhase {
  readonly images: TrainingImages;
  readonly firstEpoch: number;
  readonly epochs: number;
  readonly firstStep: number;
  readonly stepsPerEpoch: number;
  /** Of epochs counted from the phase's first. */
  readonly schedule: LearningRateSchedule;
}

/**
 * Each part gets the whole duration and a schedule of its own, the second one from the rate of fine-tuning. The last,
 * smaller batch of an epoch is a step, too.
 */
export function planPhases(trainingSet: TrainingSet, settings: ClassifierSettings): PlannedPhase[] {
  const { learningRate, fineTuneRate = learningRate, recipe } = settings;
  let [firstEpoch, firstStep] = [0, 0];
  return trainingSet.map(({ images }, index) => {
    const { epochs, stepsPerEpoch } = phaseLength(images.count, settings);
    const schedule = recipeOf(recipe).schedule(index === 0 ? learningRate : fineTuneRate, epochs);
    const phase = { images, firstEpoch, epochs, firstStep, stepsPerEpoch, schedule };
    firstEpoch += epochs;
    firstStep += epochs * stepsPerEpoch;
    return phase;
  });
}

/** How long a part of so many images is trained. */
export function phaseLength(
  images: number,
  { batchSize, duration }: Pick<ClassifierSettings, 'batchSize' | 'duration'>,
): { readonly epochs: number; readonly stepsPerEpoch: number } {
  const stepsPerEpoch = Math.ceil(images / batchSize);
  const epochs = 'epochs' in duration ? duration.epochs : Math.ceil(duration.updates / stepsPerEpoch);
  return { epochs, stepsPerEpoch };
}
