import { createHash } from 'node:crypto';

import { SPLIT_NAMES, type Dataset, type PixelArray, type SplitName } from './dataset.ts';

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

/** The positions of images [N, C, H, W] whose pixels are equal, group by group, single images included. */
export function groupCopies({ pixels, count }: { pixels: PixelArray; count: number }): number[][] {
  const groups = new Map<string, number[]>();
  digestsOf({ pixels, count }).forEach((digest, index) => addTo(groups, digest, index));
  return [...groups.values()];
}

/** All groups of images whose pixels are equal, as they were read (after any resizing). */
export function findDuplicates(dataset: Dataset): DuplicateGroup[] {
  const groups = new Map<string, DuplicateMember[]>();
  for (const split of SPLIT_NAMES) {
    digestsOf(dataset[split]).forEach((digest, index) => addTo(groups, digest, { split, index }));
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

function digestsOf({ pixels, count }: { pixels: PixelArray; count: number }): string[] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, index) => {
    const image = pixels.subarray(index * size, (index + 1) * size);
    return createHash('sha256').update(image).digest('base64');
  });
}

function addTo<T>(groups: Map<string, T[]>, key: string, member: T): void {
  const group = groups.get(key);
  if (group) group.push(member);
  else groups.set(key, [member]);
}
