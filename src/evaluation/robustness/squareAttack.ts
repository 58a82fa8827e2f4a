import { gatherImages, imageShape, labelWidth } from '../../data/batch.ts';
import type { LabelledImages } from '../../data/dataset.ts';
import { deriveKey } from '../../engine/random.ts';
import { floatTensor, sizeOf } from '../../engine/tensor.ts';
import { floatsOf, type AttackedClassifier } from './attackedClassifier.ts';
import type { Pass } from './projectedGradient.ts';
import { SquareSearch, type SquareSettings } from './squareSearch.ts';

/**
 * Square attack on the test images at `positions`, see `SquareSearch`. An image that is done leaves its place in the
 * batch to the next one; what is found for it does not depend on its neighbours.
 *
 * @returns probabilities `[n, K]` of the worst images found
 */
export async function* squareAttack(
  classifier: AttackedClassifier,
  test: LabelledImages<'test'>,
  positions: Int32Array,
  settings: SquareSettings,
): AsyncGenerator<Pass, Float32Array> {
  const { numClasses } = classifier.model;
  const form = imageShape(test);
  const size = sizeOf(form);
  const probs = new Float32Array(positions.length * numClasses);
  let next = 0;
  const begin = (): Place | undefined => {
    if (next === positions.length) return undefined;
    const row = next++;
    return { row, search: searchOf(classifier, test, positions[row], settings) };
  };
  const places: (Place | undefined)[] = Array.from({ length: classifier.batchSize }, begin);
  const pixels = new Float32Array(classifier.batchSize * size);
  while (places.some((place) => place !== undefined)) {
    places.forEach((place, at) => {
      if (place) pixels.set(place.search.question, at * size);
    });
    const answers = await classifier.answer(floatTensor([classifier.batchSize, ...form], pixels));
    places.forEach((place, at) => {
      if (!place) return;
      const own = [at * numClasses, (at + 1) * numClasses] as const;
      place.search.receive(answers.logits.subarray(...own), answers.probs.subarray(...own));
      if (!place.search.isDone) return;
      probs.set(place.search.probs, place.row * numClasses);
      places[at] = begin();
    });
    yield 'answers';
  }
  return probs;
}

interface Place {
  /** Of the results. */
  readonly row: number;
  readonly search: SquareSearch;
}

function searchOf(
  { model: { inChannels, likelihood } }: AttackedClassifier,
  test: LabelledImages<'test'>,
  position: number,
  settings: SquareSettings,
): SquareSearch {
  const width = labelWidth(test);
  const image = {
    pixels: floatsOf(gatherImages(test, [position])),
    channels: inChannels,
    labels: test.labels.subarray(position * width, (position + 1) * width),
    likelihood,
  };
  return new SquareSearch(image, { ...settings, key: deriveKey(settings.key, position) });
}
