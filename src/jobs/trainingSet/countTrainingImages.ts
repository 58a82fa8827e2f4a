import type { TrainingSet } from '../../data/trainingSet.ts';

/** Real and synthetic images of a training set, over its parts. */
export function countTrainingImages(trainingSet: TrainingSet): { real: number; synthetic: number } {
  let real = 0;
  let synthetic = 0;
  for (const { images } of trainingSet) {
    real += images.real;
    synthetic += images.count - images.real;
  }
  return { real, synthetic };
}
