import type { Dataset } from '../../data/dataset.ts';
import type { ParentImage, RawPool } from './rawPool.ts';

export interface Parents {
  /** [N] positions in the dataset's training images; undefined where the pool does not tell, or tells of another set. */
  readonly parents: readonly (number | undefined)[] | undefined;
  /** Positions in the pool of images whose parent is in the dataset, but not among its training images. */
  readonly heldOut: readonly number[];
}

/**
 * Finds the images that a pool was derived from. Splits that are not given are drawn by the seed of a run, so that a
 * training image of one run may be a test image of another: what was made from it may not train that one.
 */
export function findParents(
  { derivation }: Pick<RawPool, 'derivation'>,
  dataset: Pick<Dataset, 'sha256' | 'train'>,
): Parents {
  if (derivation?.sha256 !== dataset.sha256) return { parents: undefined, heldOut: [] };
  const positions = new Map(dataset.train.sources.map((source, position) => [keyOf(source), position]));
  const parents = derivation.parents.map((parent) => positions.get(keyOf(parent)));
  return { parents, heldOut: parents.flatMap((parent, index) => (parent === undefined ? [index] : [])) };
}

function keyOf({ file, index }: ParentImage): string | number {
  return file ?? index;
}
