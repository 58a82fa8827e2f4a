import type { AdversarialExplanation } from '../../../src/protocol/explanations.ts';
import type { MapGrid } from './mapImage.ts';
import { planarImage, type ByteImage } from './planarImage.ts';

/** The pictures that an adversarial explanation is shown as. */
export interface AdversarialPictures {
  readonly original: ByteImage;
  readonly reconstruction: ByteImage;
  readonly adversarial: ByteImage;
  /** Adversarial minus plain reconstruction where white is 1, mean of the channels. */
  readonly signed: MapGrid;
  readonly absolute: MapGrid;
}

const known = new WeakMap<AdversarialExplanation, AdversarialPictures>();

/** The same pictures for the same explanation, so that views know them again. */
export function adversarialPictures(explanation: AdversarialExplanation): AdversarialPictures {
  let pictures = known.get(explanation);
  if (!pictures) {
    pictures = makePictures(explanation);
    known.set(explanation, pictures);
  }
  return pictures;
}

function makePictures(explanation: AdversarialExplanation): AdversarialPictures {
  const { original, reconstruction, adversarial, width, height, channels } = explanation;
  const values = new Float32Array(width * height);
  for (let place = 0; place < values.length; place++) {
    let sum = 0;
    for (let i = place; i < adversarial.length; i += values.length) sum += adversarial[i] - reconstruction[i];
    values[place] = sum / channels;
  }
  return {
    original: planarImage(original, explanation),
    reconstruction: planarImage(reconstruction, explanation),
    adversarial: planarImage(adversarial, explanation),
    signed: { values, width, height },
    absolute: { values: values.map(Math.abs), width, height },
  };
}
