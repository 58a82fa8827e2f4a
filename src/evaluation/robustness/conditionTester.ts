import type { LabelledImages } from '../../data/dataset.ts';
import { deriveKey, type RandomKey } from '../../engine/random.ts';
import { sizeOf, type HostTensor } from '../../engine/tensor.ts';
import { conditionKey, type TestCondition } from '../../protocol/testConditions.ts';
import { attackBatches, type AttackBatch } from './attackBatch.ts';
import type { AttackedClassifier, Floats } from './attackedClassifier.ts';
import { addNoise, noiseDraws, signedStep, signsOf } from './perturbations.ts';
import { projectedGradient, type Pass } from './projectedGradient.ts';
import { squareAttack } from './squareAttack.ts';

export type PgdCondition = Extract<TestCondition, { kind: 'pgd' }>;

/**
 * Asks a classifier about test images under conditions. What is random is a function of the key, the condition and the
 * image's position, not of the batch that it is in, so that all classifiers see the same noise. The gradient of an image
 * as it is serves FGSM at every eps. Every generator yields after each pass of a batch. Calls must not overlap.
 */
export class ConditionTester {
  readonly test: LabelledImages<'test'>;
  /** Positions of all test images. */
  readonly everything: Int32Array;
  private readonly classifier: AttackedClassifier;
  private readonly key: RandomKey;
  /** By an image's position the signs of its gradient by the pixels, `[C, H, W]`. */
  private readonly signs = new Map<number, Int8Array>();

  constructor(classifier: AttackedClassifier, test: LabelledImages<'test'>, key: RandomKey) {
    this.classifier = classifier;
    this.test = test;
    this.everything = Int32Array.from({ length: test.count }, (_, position) => position);
    this.key = key;
  }

  /** Probabilities `[n, K]` of the images at `positions` under a condition. */
  async *predict(condition: TestCondition, positions = this.everything): AsyncGenerator<Pass, Float32Array> {
    const key = this.keyOf(condition);
    switch (condition.kind) {
      case 'clean':
        return yield* this.ask(positions, ({ images }) => images);
      case 'noise':
        return yield* this.ask(positions, (batch) =>
          addNoise(batch.images, noiseDraws(key, batch.positions, batch.images), condition.sigma),
        );
      case 'fgsm':
        yield* this.learnSigns(positions);
        return yield* this.ask(positions, (batch) =>
          signedStep(batch.images, this.batchSigns(batch), condition.eps),
        );
      case 'pgd':
        return (yield* this.predictByStarts(condition, positions))[condition.restarts - 1];
      case 'square':
        return yield* squareAttack(this.classifier, this.test, positions, { ...condition, key });
    }
  }

  /** Probabilities `[n, K]` under PGD, for every number of starts from 1 to all that the condition has. */
  async *predictByStarts(
    condition: PgdCondition,
    positions = this.everything,
  ): AsyncGenerator<Pass, Float32Array[]> {
    const settings = { ...condition, key: this.keyOf(condition) };
    const probs = Array.from({ length: condition.restarts }, () => this.emptyProbs(positions));
    let done = 0;
    for (const batch of attackBatches(this.test, positions, this.classifier.batchSize)) {
      const found = yield* projectedGradient(this.classifier, batch, settings);
      found.forEach((rows, start) => this.setRows(probs[start], done, rows, batch));
      done += batch.positions.length;
    }
    return probs;
  }

  /** How many of the images at `positions` have a loss without any gradient by the pixels. */
  async *countFlat(positions: Int32Array): AsyncGenerator<Pass, number> {
    yield* this.learnSigns(positions);
    return positions.filter((position) => this.signs.get(position)!.every((sign) => sign === 0)).length;
  }

  private keyOf(condition: TestCondition): RandomKey {
    return deriveKey(this.key, conditionKey(condition));
  }

  /** Asks about all images after `change`. */
  private async *ask(
    positions: Int32Array,
    change: (batch: AttackBatch) => HostTensor,
  ): AsyncGenerator<Pass, Float32Array> {
    const probs = this.emptyProbs(positions);
    let done = 0;
    for (const batch of attackBatches(this.test, positions, this.classifier.batchSize)) {
      this.setRows(probs, done, (await this.classifier.answer(change(batch))).probs, batch);
      done += batch.positions.length;
      yield 'answers';
    }
    return probs;
  }

  /** Takes the gradients of the images whose signs are not known yet. */
  private async *learnSigns(positions: Int32Array): AsyncGenerator<Pass, void> {
    const unknown = positions.filter((position) => !this.signs.has(position));
    for (const batch of attackBatches(this.test, unknown, this.classifier.batchSize)) {
      const signs = signsOf(await this.classifier.gradient(batch.images, batch.labels));
      const size = sizeOf(batch.images.shape.slice(1));
      batch.positions.forEach((position, row) =>
        this.signs.set(position, signs.slice(row * size, (row + 1) * size)),
      );
      yield 'gradient';
    }
  }

  private batchSigns({ positions, images }: AttackBatch): Int8Array {
    const signs = new Int8Array(images.data.length);
    const size = sizeOf(images.shape.slice(1));
    positions.forEach((position, row) => signs.set(this.signs.get(position)!, row * size));
    return signs;
  }

  private emptyProbs(positions: Int32Array): Float32Array {
    return new Float32Array(positions.length * this.classifier.model.numClasses);
  }

  private setRows(probs: Float32Array, done: number, rows: Floats, { positions }: AttackBatch): void {
    const { numClasses } = this.classifier.model;
    probs.set(rows.subarray(0, positions.length * numClasses), done * numClasses);
  }
}
