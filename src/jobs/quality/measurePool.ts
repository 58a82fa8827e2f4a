import type { Dataset } from '../../data/dataset.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import { deriveKey, randomKey } from '../../engine/random.ts';
import type { QualityReport } from '../../protocol/quality.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { openDevice } from '../devices/openDevice.ts';
import { drawComparedImages } from './comparedImages.ts';
import { countExactCopies } from './copies.ts';
import { checkJudge } from './checkJudge.ts';
import { describeQuality } from './describeQuality.ts';
import type { FeatureSpace } from './featureSpace.ts';
import { handSpaces } from './handSpaces.ts';
import { measureAgreement } from './labelAgreement.ts';
import { measureSpace, SPACE_STEPS, type MeasuredSpace } from './measureSpace.ts';
import { checkParents, measureParents } from './parentDistances.ts';
import { runSpaces } from './runSpaces.ts';

export interface PoolQualityRequest {
  /** Where the pool lies, for the report. */
  readonly path: string;
  readonly images: SyntheticImages;
  readonly dataset: Dataset;
  /** A finished run of the dataset, whose networks give two more spaces and judge the labels. */
  readonly judge?: RunFolder | undefined;
  /** The run that made the pool, where it is known. */
  readonly maker?: RunFolder | undefined;
  /** What a person should know about how the pool was read. */
  readonly warnings?: readonly string[] | undefined;
  /** Decides which images are compared, and the noise of the ladder; 0 when absent. */
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far it is: `step` is under way, after `done` of `total`. */
export interface QualityProgress {
  readonly type: 'quality';
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Quality and copying of synthetic images, in all feature spaces that there are: how their distribution differs from
 * that of real training images, beside what real validation images and known noise make of the same numbers; how near
 * they are to images of all splits; and what an independent classifier says of their labels. Nothing is trained or
 * chosen by it. Always on the processor.
 *
 * Measures of copying find copies, but do not show that there are none: Stein et al. (arXiv 2306.04675,
 * layer6ai-labs/dgm-eval) found that the "currently proposed diagnostic metrics do not properly detect memorization".
 *
 * Throws TsyndError 'run/incomplete' for a judge without a classifier, 'run/settings-differ' for one of other images or
 * classes, 'run/corrupt', 'dataset/too-small' and 'cancelled'.
 */
export async function* measurePool(
  request: PoolQualityRequest,
): AsyncGenerator<QualityProgress, QualityReport> {
  const { dataset, images, judge, maker, signal, seed = 0 } = request;
  checkParents(images, dataset.train.count);
  const judgeWarnings = judge ? checkJudge(judge, dataset, maker) : [];
  const key = deriveKey(randomKey(seed), 'quality');
  const compared = drawComparedImages(dataset, images, key);
  const { device } = await openDevice('cpu', request.threads);
  const spaces: FeatureSpace[] = [];
  try {
    spaces.push(...handSpaces(), ...(judge ? await runSpaces(judge, device) : []));
    const exact = countExactCopies(dataset, images);
    const total = spaces.length * SPACE_STEPS.length + (judge ? 1 : 0);
    let done = 0;
    const measured: MeasuredSpace[] = [];
    for (const space of spaces) {
      const steps = measureSpace(space, { dataset, synthetic: images, compared, exact, key, signal });
      let next = await steps.next();
      for (; !next.done; next = await steps.next()) {
        yield { type: 'quality', step: `${space.name}: ${next.value}`, done: done++, total };
      }
      measured.push(next.value);
    }
    const pixels = measured.find(({ report }) => report.name === 'pixels')!;
    const parents = await measureParents(images, pixels, signal);
    if (judge) yield { type: 'quality', step: 'labels', done: done++, total };
    const agreement = judge && (await measureAgreement(judge, images, device, signal));
    const counted = { compared: compared.count, spaces: measured.map(({ report }) => report) };
    return {
      formatVersion: 1,
      pool: request.path,
      measuredAt: new Date().toISOString(),
      dataset: { name: dataset.name, sha256: dataset.sha256 },
      images: {
        synthetic: images.count,
        train: dataset.train.count,
        val: dataset.val.count,
        test: dataset.test.count,
      },
      ...counted,
      ...(parents && { parents }),
      ...(agreement && { agreement }),
      warnings: [...(request.warnings ?? []), ...judgeWarnings, ...describeQuality(counted, exact)],
    };
  } finally {
    for (const space of spaces) await space.dispose();
    await device.dispose();
  }
}
