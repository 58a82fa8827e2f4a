import { deriveKey, uniforms, type RandomKey } from '../../engine/random.ts';
import type { Likelihood } from '../../tsynd/uncertainty.ts';
import type { Floats } from './attackedClassifier.ts';
import { attackScore } from './attackScores.ts';

export interface SquareSettings {
  readonly eps: number;
  /** Proposals an image, at most; the answer for the image as it is comes free. */
  readonly queries: number;
  readonly key: RandomKey;
}

/** One image, as Square sees it. */
export interface SquareImage {
  /** `[C, H, W]` in [0, 1], H = W. */
  readonly pixels: Floats;
  readonly channels: number;
  readonly labels: ArrayLike<number>;
  readonly likelihood: Likelihood;
}

/** Share of the image that the first squares cover; the published value in the maximum norm. */
const FIRST_SHARE = 0.8;
/** The share is halved after each of these iterations of 10 000; other numbers of queries stretch the schedule. */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];
const SCHEDULE_LENGTH = 10_000;

/**
 * Square attack in the maximum norm on one image (Andriushchenko, Croce, Flammarion, Hein, arXiv 1912.00049, algorithms
 * 1 and 2): random search that moves squares of pixels to the faces of the ball, starts with vertical stripes, and keeps
 * what raises the `attackScore`. It asks for nothing but logits. Classes end it as soon as another one is predicted.
 */
export class SquareSearch {
  /** Probabilities of the worst image found, `[K]`; empty before the first answer. */
  probs: Floats = new Float32Array(0);
  private readonly image: SquareImage;
  private readonly settings: SquareSettings;
  private readonly side: number;
  private best: Floats;
  private proposal: Floats;
  private score = -Infinity;
  /** Answers received; the first one is for the image as it is. */
  private answers = 0;

  constructor(image: SquareImage, settings: SquareSettings) {
    this.image = image;
    this.settings = settings;
    this.side = Math.round(Math.sqrt(image.pixels.length / image.channels));
    this.best = image.pixels;
    this.proposal = image.pixels;
  }

  /** The image `[C, H, W]` that the classifier is to be asked about next. */
  get question(): Floats {
    return this.proposal;
  }

  get isDone(): boolean {
    if (this.image.likelihood === 'softmax' && this.score > 0) return true;
    return this.answers > this.settings.queries;
  }

  /** Takes the classifier's answer to `question`, logits and probabilities `[K]`, and makes the next one. */
  receive(logits: Floats, probs: Floats): void {
    const score = attackScore(logits, this.image.labels, this.image.likelihood);
    // The stripes are where the search starts, also where the image itself was worse.
    const isStart = this.answers <= 1;
    if (isStart || score > this.score) {
      this.score = score;
      this.best = this.proposal;
      this.probs = probs.slice();
    }
    this.answers++;
    if (!this.isDone) this.proposal = this.answers === 1 ? this.stripes() : this.square();
  }

  /** The image moved by plus or minus eps, one sign for each column of each channel. */
  private stripes(): Floats {
    const { side } = this;
    const signs = this.drawSigns(0, this.image.channels * side);
    return this.image.pixels.map((pixel, at) => {
      const column = Math.floor(at / side ** 2) * side + (at % side);
      return clipped(pixel + signs[column] * this.settings.eps);
    });
  }

  /** The best image so far with one square of it at plus or minus eps, one sign for each channel. */
  private square(): Floats {
    const { answers, side } = this;
    const size = squareSide(side, answers - 1, this.settings.queries);
    const [top, left] = uniforms(deriveKey(this.settings.key, answers, 'place'), 2, 0, side - size + 1);
    const place = { top: Math.floor(top), left: Math.floor(left), size };
    const signs = this.drawSigns(answers, this.image.channels);
    const proposal = this.paint(place, signs);
    if (proposal.some((value, at) => value !== this.best[at])) return proposal;
    return this.paint(
      place,
      signs.map((sign) => -sign),
    );
  }

  private paint(
    { top, left, size }: { readonly top: number; readonly left: number; readonly size: number },
    signs: Float64Array,
  ): Floats {
    const { pixels } = this.image;
    const painted = this.best.slice();
    signs.forEach((sign, channel) => {
      for (let row = top; row < top + size; row++) {
        for (let column = left; column < left + size; column++) {
          const at = (channel * this.side + row) * this.side + column;
          painted[at] = clipped(pixels[at] + sign * this.settings.eps);
        }
      }
    });
    return painted;
  }

  private drawSigns(query: number, count: number): Float64Array {
    const draws = uniforms(deriveKey(this.settings.key, query, 'signs'), count);
    return draws.map((draw) => (draw < 0.5 ? -1 : 1));
  }
}

/** Side in pixels of the square that is tried after `tried` of `queries` proposals, on an image of that side. */
export function squareSide(side: number, tried: number, queries: number): number {
  const iteration = Math.floor((tried / queries) * SCHEDULE_LENGTH);
  const halvings = HALVINGS.filter((threshold) => iteration > threshold).length;
  const length = Math.round(Math.sqrt((FIRST_SHARE / 2 ** halvings) * side ** 2));
  return Math.min(Math.max(length, 1), side);
}

function clipped(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
