/** Compiled only: each line below that mixes up splits must be a type error, or the type check fails. */
import type { Dataset, LabelledImages } from '../../src/data/dataset.ts';
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
