import { TsyndError } from '../protocol/errors.ts';
import type { Likelihood } from '../tsynd/uncertainty.ts';

/** What one program run says of a batch's latents, an entry an image. */
export interface Visit {
  /** Probability of the image's class. */
  readonly probs: ArrayLike<number>;
  /** The most probable class. */
  readonly predictions: ArrayLike<number>;
}

/** Keeps the books of a search: each image's probabilities, and the step at which its class was given up. */
export class AdversarialCourse {
  /** Of each image, from the reconstruction to the last iterate of its search. */
  readonly probs: readonly number[][];
  /** Undefined while the class is kept. */
  readonly flippedAt: (number | undefined)[];
  private readonly classes: Int32Array;
  private readonly likelihood: Likelihood;

  /** @param classes those to be given up, an entry an image */
  constructor(classes: Int32Array, likelihood: Likelihood) {
    this.classes = classes;
    this.likelihood = likelihood;
    this.probs = Array.from(classes, () => []);
    this.flippedAt = Array.from(classes, () => undefined);
  }

  /** Images whose class is still kept. */
  get searching(): number[] {
    return this.flippedAt.flatMap((step, image) => (step === undefined ? [image] : []));
  }

  /**
   * Notes the iterate after `step` steps; returns the images whose search it ends. Throws TsyndError
   * 'training/diverged' when the probability of an image that is still searched for is not a number.
   */
  visit(step: number, { probs, predictions }: Visit): number[] {
    const ended: number[] = [];
    for (const image of this.searching) {
      const prob = probs[image];
      if (Number.isNaN(prob)) throw diverged(step);
      this.probs[image].push(prob);
      if (this.isKept(image, prob, predictions[image])) continue;
      this.flippedAt[image] = step;
      ended.push(image);
    }
    return ended;
  }

  private isKept(image: number, prob: number, prediction: number): boolean {
    return this.likelihood === 'softmax' ? prediction === this.classes[image] : prob >= 0.5;
  }
}

function diverged(step: number): TsyndError {
  const when = step === 0 ? 'of a reconstruction' : `after ${step} adversarial steps`;
  return new TsyndError('training/diverged', `A class probability ${when} is not a number.`, {
    remedy:
      step === 0
        ? 'Train the run again with a lower learning rate.'
        : 'Choose a lower learning rate for adversarial images.',
  });
}
