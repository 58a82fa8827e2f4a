import { CHANGE_THRESHOLD, type AdversarialChange } from '../protocol/explanations.ts';

/** Two images of the same size, `[C, H, W]` each. */
export interface ImagePair {
  readonly reconstruction: Float32Array;
  readonly adversarial: Float32Array;
  readonly channels: number;
}

/** Adversarial minus plain reconstruction where white is 1, mean of the channels: `[H, W]`. */
export function signedDifference({ reconstruction, adversarial, channels }: ImagePair): Float32Array {
  const places = reconstruction.length / channels;
  const difference = new Float32Array(places);
  for (let place = 0; place < places; place++) {
    let total = 0;
    for (let channel = 0; channel < channels; channel++) {
      const index = channel * places + place;
      total += adversarial[index] - reconstruction[index];
    }
    difference[place] = total / channels;
  }
  return difference;
}

/**
 * What it took to have a class given up. `area` counts the pixels of `signedDifference` that are at least
 * CHANGE_THRESHOLD from 0, so that it is the share that a map of it shows above that threshold; `l2` sees changes of
 * colour that leave the mean of the channels as it was, too.
 *
 * @param course the class's probability before and after each step, and the step that it was given up at
 */
export function describeChange(
  images: ImagePair,
  course: { readonly probs: ArrayLike<number>; readonly flippedAt: number | undefined },
): AdversarialChange {
  const difference = signedDifference(images);
  const changed = difference.filter((value) => Math.abs(value) >= CHANGE_THRESHOLD).length;
  let squares = 0;
  images.adversarial.forEach((value, index) => (squares += (value - images.reconstruction[index]) ** 2));
  return {
    probs: Array.from(course.probs),
    ...(course.flippedAt === undefined ? {} : { flippedAt: course.flippedAt }),
    l2: Math.sqrt(squares),
    area: changed / difference.length,
  };
}
