import { labelAt } from '../../data/batch.ts';
import type { Dataset, LabelledImages } from '../../data/dataset.ts';
import { selectSynthetic, type SyntheticImages } from '../../data/trainingSet.ts';
import type { Device } from '../../engine/devices/device.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { FilterSettings } from '../../protocol/settings.ts';
import { predictedLabel } from '../predictedLabel.ts';
import { Judge } from './judge.ts';
import type { Pool } from './openPool.ts';
import { selectiveFilter } from './selectiveFilter.ts';
import { uncertainBand } from './uncertainBand.ts';

export interface FilterRequest {
  readonly pool: Pool;
  readonly dataset: Dataset;
  /** The real images whose centroids count. */
  readonly subset: LabelledImages<'train'>;
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The images of a pool that pass a filter; `selective` puts those of a class in the order of their distance.
 *
 * Throws TsyndError 'settings/invalid' when no image of a class that the pool has is left, when the judge made the pool
 * itself, and for what `checkFilter` refuses; 'run/settings-differ', 'run/incomplete', 'cancelled'.
 */
export async function filterPool(
  images: SyntheticImages,
  filter: FilterSettings | undefined,
  request: FilterRequest,
): Promise<SyntheticImages> {
  if (!filter) return images;
  checkFilter(filter, request.pool, request.dataset);
  const kept = await choose(images, filter, request);
  checkLeft(images, kept, filter, request.dataset);
  return selectSynthetic(images, kept);
}

/** Throws TsyndError 'settings/invalid' for a filter that makes no sense for a dataset, before anything is computed. */
export function checkFilter(
  filter: FilterSettings,
  pool: Pick<Pool, 'path'>,
  dataset: Pick<Dataset, 'task' | 'name'>,
): void {
  if (filter.kind === 'selective' && dataset.task === 'multi-label') {
    throw new TsyndError('settings/invalid', `The filter 'selective' cannot be used with ${dataset.name}.`, {
      remedy:
        "Its images may have several labels or none, and so no class's centroid to be nearest to: use 'uncertain-band'.",
    });
  }
  if (filter.kind === 'uncertain-band' && !(filter.low < filter.high)) {
    throw new TsyndError('settings/invalid', `The band from ${filter.low} to ${filter.high} is empty.`, {
      remedy: 'Give its lower quantile first, then a higher one.',
    });
  }
  if (filter.judge.path === pool.path) {
    throw new TsyndError('settings/invalid', `The run ${pool.path} cannot judge its own samples.`, {
      remedy: 'Choose a judge that had no part in making them: a baseline run with another seed.',
    });
  }
}

async function choose(
  images: SyntheticImages,
  filter: FilterSettings,
  { dataset, subset, device, signal }: FilterRequest,
): Promise<number[]> {
  const judge = await Judge.open(filter.judge, dataset, device);
  try {
    const judgement = await judge.judge(images, signal);
    if (filter.kind === 'uncertain-band') {
      const agrees = judgement.probs.map((probs, index) => isRight(dataset, probs, labelAt(images, index)));
      return uncertainBand(judgement.mutualInformation, agrees, filter);
    }
    const { features } = await judge.judge(subset, signal);
    const real = { features, labels: subset.labels };
    return selectiveFilter(judgement.features, images.labels, real, filter.maxPerClass);
  } finally {
    await judge.dispose();
  }
}

/** Of several labels all must be right. */
function isRight(dataset: Dataset, probs: readonly number[], label: number | readonly (0 | 1)[]): boolean {
  return String(predictedLabel(dataset, probs)) === String(label);
}

function checkLeft(
  images: SyntheticImages,
  kept: readonly number[],
  { kind }: FilterSettings,
  { task, classNames }: Dataset,
): void {
  const countsOf = (indices: Iterable<number>): number[] => {
    const counts = classNames.map(() => 0);
    for (const index of indices) counts[images.labels[index]]++;
    return counts;
  };
  const isMultiLabel = task === 'multi-label';
  const before = isMultiLabel ? [images.count] : countsOf(images.labels.keys());
  const after = isMultiLabel ? [kept.length] : countsOf(kept);
  const emptied = before.flatMap((count, index) => (count > 0 && after[index] === 0 ? [index] : []));
  if (emptied.length === 0) return;
  const lost = emptied.map((index) =>
    isMultiLabel ? `of ${before[index]}` : `'${classNames[index]}' (of ${before[index]})`,
  );
  throw new TsyndError('settings/invalid', `The filter '${kind}' leaves no image: ${lost.join(', ')}.`, {
    remedy: 'Use a larger pool, a wider band, or a judge that was trained longer.',
    details: { before, after },
  });
}
