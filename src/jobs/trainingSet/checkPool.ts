import type { Dataset, SplitName } from '../../data/dataset.ts';
import { pictureDigests } from '../../data/pictureDigests.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Pool } from './openPool.ts';

const MAX_NAMED = 20;

/**
 * Throws TsyndError 'settings/invalid' when a pool holds test or validation images of the dataset, known by their
 * pixels at the dataset's size, or images that were derived from them; the first 20 are named. Returns what a person
 * should know: that training images are among the synthetic ones.
 */
export function checkPool(pool: Pool, dataset: Dataset): readonly string[] {
  const digests = pictureDigests(pool.images);
  for (const split of ['test', 'val'] as const) {
    const found = copiesOf(digests, dataset, split);
    if (found.length > 0) throw heldOut(pool, dataset, split, found);
  }
  if (pool.heldOutParents.length > 0) throw derived(pool, dataset);
  const copies = copiesOf(digests, dataset, 'train').length;
  if (copies === 0) return [];
  const which = copies === 1 ? 'One image' : `${copies} images`;
  return [`${which} of the pool ${pool.path} ${copies === 1 ? 'is' : 'are'} also among the training images.`];
}

/** Positions in the pool of images that are in a split, too, with the position there. */
function copiesOf(digests: readonly string[], dataset: Dataset, split: SplitName): [number, number][] {
  const positions = new Map(pictureDigests(dataset[split]).map((digest, position) => [digest, position]));
  return digests.flatMap((digest, index): [number, number][] => {
    const position = positions.get(digest);
    return position === undefined ? [] : [[index, position]];
  });
}

function heldOut(
  { path, images }: Pool,
  dataset: Dataset,
  split: 'val' | 'test',
  found: readonly (readonly [number, number])[],
): TsyndError {
  const copies = found.map(([index, position]) => {
    const { file, index: row } = dataset[split].sources[position];
    return { image: images.origins[index], copyOf: file ?? `${split} row ${row}` };
  });
  const kind = split === 'test' ? 'test' : 'validation';
  const named = copies.slice(0, MAX_NAMED).map(({ image, copyOf }) => `${image} (${copyOf})`);
  return new TsyndError(
    'settings/invalid',
    `The pool ${path} holds ${count(copies.length, `${kind} image`)} of ${dataset.name}: ${listOf(named, copies.length)}.`,
    {
      remedy: 'Remove them from the pool: nothing may be trained on what it is measured by.',
      details: { split, copies },
    },
  );
}

function derived({ path, images, heldOutParents }: Pool, dataset: Dataset): TsyndError {
  const names = heldOutParents.map((index) => images.origins[index]);
  return new TsyndError(
    'settings/invalid',
    `The pool ${path} holds ${count(names.length, 'image')} made from validation or test images of ${dataset.name}: ` +
      `${listOf(names.slice(0, MAX_NAMED), names.length)}.`,
    {
      remedy:
        'The splits are drawn by the seed: give them in the dataset, or use the seed of the run that made the pool.',
      details: { images: names },
    },
  );
}

function count(number: number, noun: string): string {
  return number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}

function listOf(named: readonly string[], total: number): string {
  const rest = total - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
