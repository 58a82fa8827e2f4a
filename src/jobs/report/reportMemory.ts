import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { randomKey } from '../../engine/random.ts';
import { predictLabels, type Predictions } from '../../evaluation/predictions.ts';
import { countResamples, imageResamples } from '../../evaluation/statistics/imageResamples.ts';
import { resampleScores, type ResampledScore } from '../../evaluation/statistics/weightedScores.ts';
import { evaluationPaths } from '../evaluation/evaluationPaths.ts';
import { readPredictions } from '../evaluation/readEvaluation.ts';
import type { CellResult } from './cellResult.ts';

/** What is kept of a cell's predictions. */
export interface CellDigest {
  /** The test images' labels: class indices [N], or [N, L] of 0 and 1. */
  readonly labels: Int32Array;
  /** What pairs must share, so that the same images can be drawn for both. */
  readonly labelsSha256: string;
  /** Predicted class of each clean test image; empty for multi-label data. */
  readonly predicted: Int32Array;
  /** By `conditionKey`: each score on the same resamples of the test images; of large test sets those of the headline. */
  readonly resampled: ReadonlyMap<string, Readonly<Record<ResampledScore, Float64Array>>>;
}

/** Decides which images are drawn. All reports use the same ones, so that a report does not change by being made again. */
export const REPORT_KEY = randomKey(0);

/** More predictions of one condition are resampled only where tables compare arms: a million take about a second. */
const MANY_PREDICTIONS = 50_000;

interface Remembered<T> {
  readonly stamp: string;
  readonly value: Promise<T>;
}

/**
 * What is expensive to compute and does not change as long as its file is the same, so that a report that is shown
 * while its grid is running costs the new cells alone.
 */
export class ReportMemory {
  private readonly digests = new Map<string, Remembered<CellDigest | undefined>>();
  private readonly hashes = new Map<string, Remembered<string>>();
  private resamples: { images: number; samples: number; counts: readonly Uint16Array[] } | undefined;

  /** Undefined where the predictions are missing or damaged. */
  digest(cell: CellResult, headline: readonly string[]): Promise<CellDigest | undefined> {
    const { predictions } = evaluationPaths(cell.root);
    return remember(this.digests, predictions, () =>
      this.computeDigest(cell, headline).catch(() => undefined),
    );
  }

  /** SHA-256 of a file; undefined where there is none. */
  sha256(file: string): Promise<string | undefined> {
    return remember(this.hashes, file, () => sha256OfFile(file));
  }

  private async computeDigest(
    { root, evaluation }: CellResult,
    headline: readonly string[],
  ): Promise<CellDigest | undefined> {
    const stored = await readPredictions(root);
    if (!stored || !evaluation) return undefined;
    const { labels } = stored;
    const { task, classNames, testImages } = evaluation;
    const counts = this.imageResamples(testImages, task === 'multi-label' ? classNames.length : 1);
    const resampled = new Map<string, Readonly<Record<ResampledScore, Float64Array>>>();
    let predicted = new Int32Array();
    for (const [key, probs] of stored.probs) {
      const predictions: Predictions = { probs, labels, task, numClasses: classNames.length };
      if (key === 'clean' && task !== 'multi-label') predicted = Int32Array.from(predictLabels(predictions));
      if (probs.length > MANY_PREDICTIONS && !headline.includes(key)) continue;
      resampled.set(key, resampleScores(predictions, counts));
      // Galleries are answered by the same process.
      await setImmediate();
    }
    const labelsSha256 = createHash('sha256').update(labels).digest('hex');
    return { labels, labelsSha256, predicted, resampled };
  }

  private imageResamples(images: number, columns: number): readonly Uint16Array[] {
    const samples = countResamples(images, columns);
    if (this.resamples?.images !== images || this.resamples.samples !== samples) {
      this.resamples = { images, samples, counts: imageResamples(images, samples, REPORT_KEY) };
    }
    return this.resamples.counts;
  }
}

async function remember<T>(
  memory: Map<string, Remembered<T>>,
  file: string,
  compute: () => Promise<T>,
): Promise<T | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return undefined;
  const stamp = `${found.size} ${found.mtimeMs}`;
  const known = memory.get(file);
  if (known?.stamp === stamp) return known.value;
  const value = compute();
  memory.set(file, { stamp, value });
  return value;
}
