/** Compiled only: each line below that mixes up splits must be a type error, or the type check fails. */
import type { Dataset, LabelledImages } from '../../src/data/dataset.ts';
import { mixedTraining, type SyntheticImages, type TrainingImages } from '../../src/data/trainingSet.ts';
import type { ConditionTester } from '../../src/evaluation/robustness/conditionTester.ts';
import type { RunSession } from '../../src/jobs/runSession.ts';

declare const dataset: Dataset;

export const training: RunSession['subset'] = dataset.train;

// @ts-expect-error Test images must not be trained on.
export const trainingOnTest: RunSession['subset'] = dataset.test;

// @ts-expect-error Neither must validation images.
export const trainingOnVal: RunSession['subset'] = dataset.val;

// @ts-expect-error Test images must not choose a model.
export const validatingOnTest: LabelledImages<'val'> = dataset.test;

// @ts-expect-error Training images must not pass for test images.
export const testingOnTrain: LabelledImages<'test'> = dataset.train;

declare const synthetic: SyntheticImages;

// @ts-expect-error Synthetic images must not choose a model.
export const validatingOnSynthetic: Dataset['val'] = synthetic;

// @ts-expect-error Nor must a model be tested on them.
export const testingOnSynthetic: Dataset['test'] = synthetic;

// @ts-expect-error They are no real training images either.
export const realSynthetic: RunSession['subset'] = synthetic;

// @ts-expect-error Test images are no part of a training set.
export const trainingSetOfTest: TrainingImages = dataset.test;

// @ts-expect-error Neither are validation images.
export const trainingSetOfVal: TrainingImages = dataset.val;

// @ts-expect-error Only real training images are mixed with synthetic ones.
export const mixedWithTest = mixedTraining(dataset.test, synthetic);

// @ts-expect-error And only synthetic ones are mixed with them.
export const mixedWithVal = mixedTraining(dataset.train, dataset.val);

export const attacked: ConditionTester['test'] = dataset.test;

// @ts-expect-error Validation images must not be reported as test images.
export const attackedVal: ConditionTester['test'] = dataset.val;
