import { createHash } from 'node:crypto';

import { SPLIT_NAMES, type Dataset, type SplitName } from './dataset.ts';

export interface DuplicateMember {
  readonly split: SplitName;
  /** Position in the split. */
  readonly index: number;
}

/** Two or more images with the same pixels, in the order train, val, test. */
export type DuplicateGroup = readonly DuplicateMember[];

export interface DuplicateSummary {
  readonly groups: number;
  /** Images that could be removed without losing a picture. */
  readonly surplusCopies: number;
  /** For each pair of splits that share pictures: how many images of the second are also in the first. */
  readonly crossSplit: readonly {
    readonly splits: readonly [SplitName, SplitName];
    readonly images: number;
  }[];
}

/** All groups of images whose pixels are equal, as they were read (after any resizing). */
export function findDuplicates(dataset: Dataset): DuplicateGroup[] {
  const groups = new Map<string, DuplicateMember[]>();
  for (const split of SPLIT_NAMES) {
    const { pixels, count } = dataset[split];
    const size = pixels.length / count;
    for (let index = 0; index < count; index++) {
      const image = pixels.subarray(index * size, (index + 1) * size);
      const digest = createHash('sha256').update(image).digest('base64');
      const group = groups.get(digest);
      if (group) group.push({ split, index });
      else groups.set(digest, [{ split, index }]);
    }
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

export function summarizeDuplicates(groups: readonly DuplicateGroup[]): DuplicateSummary {
  const pairs = SPLIT_NAMES.flatMap((first, position) =>
    SPLIT_NAMES.slice(position + 1).map((second) => [first, second] as const),
  );
  const crossSplit = pairs.map((splits) => {
    const [first, second] = splits;
    const shared = groups.filter((group) => group.some(({ split }) => split === first));
    return { splits, images: shared.flat().filter(({ split }) => split === second).length };
  });
  return {
    groups: groups.length,
    surplusCopies: groups.reduce((sum, group) => sum + group.length - 1, 0),
    crossSplit: crossSplit.filter(({ images }) => images > 0),
  };
}
