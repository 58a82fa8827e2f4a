import { labelWidth } from './batch.ts';
import type { LabelledImages, SplitName } from './dataset.ts';

/**
 * Positions of at most `limit` images of a split, as evenly over its classes as they allow and over each class from its
 * first to its last image, in the order of the split; all when no limit is given. Multi-label images count for their
 * first label. The choice depends on the labels alone.
 */
export function spreadOverClasses(images: LabelledImages<SplitName>, limit = images.count): number[] {
  const groups = groupByClass(images);
  const quotas = groups.map(() => 0);
  let left = Math.min(limit, images.count);
  while (left > 0) {
    for (const [index, group] of groups.entries()) {
      if (left === 0 || quotas[index] === group.length) continue;
      quotas[index]++;
      left--;
    }
  }
  return groups
    .flatMap((group, index) =>
      Array.from(
        { length: quotas[index] },
        (_, at) => group[Math.floor((at * group.length) / quotas[index])],
      ),
    )
    .sort((a, b) => a - b);
}

/** Positions of each class, in the order of the class indices; images without any label come last. */
function groupByClass(images: LabelledImages<SplitName>): number[][] {
  const width = labelWidth(images);
  const groups = new Map<number, number[]>();
  for (let index = 0; index < images.count; index++) {
    const row = images.labels.subarray(index * width, (index + 1) * width);
    const first = row.indexOf(1);
    const label = width === 1 ? row[0] : first < 0 ? width : first;
    const group = groups.get(label);
    if (group) group.push(index);
    else groups.set(label, [index]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}
