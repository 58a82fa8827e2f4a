import { deriveKey, permutation, type RandomKey } from '../engine/random.ts';
import { TsyndError } from '../protocol/errors.ts';
import { labelWidth } from './batch.ts';
import type { LabelledImages } from './dataset.ts';
import { apportion } from './splits.ts';
import type { SyntheticImages } from './trainingSet.ts';

/** How synthetic images are chosen where there are more than are wanted. */
export type DrawOrder = { readonly key: RandomKey } | 'as they stand';

/**
 * Positions, ascending, of `ratio` synthetic images for each real one, in the proportions of the real classes and at
 * least one of each. Images of several labels have no one class: of them the whole number is drawn.
 *
 * Throws TsyndError 'settings/invalid' with all numbers where a class has too few.
 *
 * @param order a key draws them; 'as they stand' takes the first ones of each class
 */
export function drawSynthetic(
  synthetic: SyntheticImages,
  real: LabelledImages<'train'>,
  ratio: number,
  order: DrawOrder,
  classNames: readonly string[],
): number[] {
  const total = Math.round(ratio * real.count);
  const isMultiLabel = synthetic.task === 'multi-label' || labelWidth(synthetic) > 1;
  const groups = isMultiLabel ? wholeGroup(synthetic, real) : classGroups(synthetic, real, classNames);
  const wanted = apportion(
    groups.map(({ real: count }) => count),
    Math.max(total, groups.length),
  );
  checkEnough(groups, wanted, ratio);
  const chosen = groups.flatMap(({ name, members }, index) => {
    if (order === 'as they stand') return members.slice(0, wanted[index]);
    const shuffled = permutation(deriveKey(order.key, name), members.length);
    return Array.from(shuffled.subarray(0, wanted[index]), (position) => members[position]);
  });
  return chosen.sort((a, b) => a - b);
}

interface Group {
  readonly name: string;
  readonly real: number;
  /** Positions of its synthetic images. */
  readonly members: readonly number[];
}

function wholeGroup({ count }: SyntheticImages, real: LabelledImages<'train'>): Group[] {
  return [
    { name: 'all classes', real: real.count, members: Array.from({ length: count }, (_, index) => index) },
  ];
}

function classGroups(
  { labels }: SyntheticImages,
  real: LabelledImages<'train'>,
  classNames: readonly string[],
): Group[] {
  const groups = classNames.map((name, label) => ({
    name,
    real: real.labels.reduce((sum, found) => sum + (found === label ? 1 : 0), 0),
    members: [...labels.keys()].filter((index) => labels[index] === label),
  }));
  return groups.filter((group) => group.real > 0);
}

function checkEnough(groups: readonly Group[], wanted: readonly number[], ratio: number): void {
  const short = groups.flatMap(({ name, members }, index) =>
    members.length < wanted[index] ? [`${members.length} of ${wanted[index]} of '${name}'`] : [],
  );
  if (short.length === 0) return;
  const possible = groups.map(({ real, members }) => members.length / real);
  const largest = Math.floor(100 * Math.min(...possible)) / 100;
  throw new TsyndError(
    'settings/invalid',
    `The pool has too few images for ${ratio} synthetic ones a real one: ${short.join(', ')}.`,
    {
      remedy:
        largest > 0
          ? `Make more, or ask for at most about ${largest} (on the command line: --ratio).`
          : 'Make images of every class.',
      details: { wanted, available: groups.map(({ members }) => members.length) },
    },
  );
}
