import { deriveKey, permutation, type RandomKey } from '../engine/random.ts';
import { SPLIT_NAMES, type SplitName } from './dataset.ts';

/** Shares of MedMNIST: 70 % train, 10 % val, 20 % test. */
const SPLIT_SHARES: Readonly<Record<SplitName, number>> = { train: 0.7, val: 0.1, test: 0.2 };

/** Indices of the images of each split, ascending. */
export type SplitIndices = Readonly<Record<SplitName, Int32Array>>;

/**
 * Draws splits stratified by class, every class in every drawn split. `labels` is [N] class indices, or [N, L] of
 * 0 and 1 with `labelWidth` L, where images are dealt out label by label, the rarest first (iterative
 * stratification: Sechidis, Tsoumakas, Vlahavas, ECML PKDD 2011).
 *
 * `drawn` names the splits to take out of the images beside `train`; their sizes keep the proportions 70 : 10 : 20.
 * Throws RangeError when a class has fewer images than there are splits to fill.
 */
export function drawSplits(
  labels: Int32Array,
  key: RandomKey,
  drawn: readonly ('val' | 'test')[] = ['val', 'test'],
  labelWidth = 1,
): SplitIndices {
  const names = SPLIT_NAMES.filter((name) => name === 'train' || drawn.includes(name));
  const total = names.reduce((sum, name) => sum + SPLIT_SHARES[name], 0);
  const shares = names.map((name) => SPLIT_SHARES[name] / total);
  const assignment =
    labelWidth === 1 ? assignByClass(labels, shares, key) : assignByLabels(labels, labelWidth, shares, key);
  const members = new Map<SplitName, number[]>(names.map((name) => [name, []]));
  assignment.forEach((part, index) => members.get(names[part])?.push(index));
  const indicesOf = (name: SplitName): Int32Array => Int32Array.from(members.get(name) ?? []);
  return { train: indicesOf('train'), val: indicesOf('val'), test: indicesOf('test') };
}

/**
 * The same splits with copies of one picture in one split, the first of train, val and test that has one: a picture
 * that is trained on says nothing about a classifier when it is tested on. A copy stays where it is the last image
 * of its class in its split. `groups` lists the positions of equal pictures.
 */
export function keepCopiesTogether(
  splits: SplitIndices,
  groups: readonly (readonly number[])[],
  labels: Int32Array,
  labelWidth = 1,
): SplitIndices {
  const members = new Map(SPLIT_NAMES.map((name) => [name, new Set(splits[name])]));
  const labelOf = (index: number): string =>
    labels.subarray(index * labelWidth, (index + 1) * labelWidth).join();
  for (const group of groups) {
    const home = SPLIT_NAMES.find((name) => group.some((index) => members.get(name)?.has(index)));
    for (const index of group) {
      const from = SPLIT_NAMES.find((name) => members.get(name)?.has(index));
      if (!home || !from || from === home) continue;
      const staying = [...(members.get(from) ?? [])].filter((other) => other !== index);
      if (!staying.some((other) => labelOf(other) === labelOf(index))) continue;
      members.get(from)?.delete(index);
      members.get(home)?.add(index);
    }
  }
  const sorted = (name: SplitName): Int32Array => Int32Array.from(members.get(name) ?? []).sort();
  return { train: sorted('train'), val: sorted('val'), test: sorted('test') };
}

/**
 * Indices, ascending, of a random part of the images, stratified by class: `max(classes, round(fraction * N))` of
 * them with at least one of each class. For labels [N, L] of 0 and 1 (`labelWidth` L): at least one positive of each
 * label that has one. Throws RangeError when the fraction is not in (0, 1].
 */
export function subsetIndices(
  labels: Int32Array,
  fraction: number,
  key: RandomKey,
  labelWidth = 1,
): Int32Array {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new RangeError(`subsetIndices: the fraction must be above 0 and at most 1, not ${fraction}.`);
  }
  const target = Math.round(fraction * (labels.length / labelWidth));
  const chosen =
    labelWidth === 1 ? chooseByClass(labels, target, key) : chooseByLabels(labels, labelWidth, target, key);
  return Int32Array.from(chosen).sort();
}

function chooseByClass(labels: Int32Array, target: number, key: RandomKey): number[] {
  const classes = shuffledClasses(labels, key);
  const weights = classes.map((members) => members.length);
  const counts = apportion(weights, Math.max(target, classes.length));
  return classes.flatMap((members, index) => members.slice(0, counts[index]));
}

function chooseByLabels(labels: Int32Array, width: number, target: number, key: RandomKey): number[] {
  const order = permutation(deriveKey(key, 'subset'), labels.length / width);
  const chosen = new Set<number>();
  for (const label of labelsByRarity(labels, width)) {
    const isPositive = (index: number): boolean => labels[index * width + label] === 1;
    if ([...chosen].some(isPositive)) continue;
    const first = order.find(isPositive);
    if (first !== undefined) chosen.add(first);
  }
  for (const index of order) {
    if (chosen.size >= Math.max(target, 1)) break;
    chosen.add(index);
  }
  return [...chosen];
}

/** The part [N] that each image goes to; every class has at least one image in every part. */
function assignByClass(labels: Int32Array, shares: readonly number[], key: RandomKey): Int32Array {
  const assignment = new Int32Array(labels.length);
  for (const members of shuffledClasses(labels, key)) {
    if (members.length < shares.length) {
      throw new RangeError(
        `drawSplits: class ${labels[members[0]]} has ${members.length} images for ${shares.length} splits.`,
      );
    }
    const counts = apportion(shares, members.length);
    let next = 0;
    counts.forEach((count, part) => {
      for (const index of members.slice(next, next + count)) assignment[index] = part;
      next += count;
    });
  }
  return assignment;
}

/** The part [N] that each image with labels [N, L] goes to. */
function assignByLabels(
  labels: Int32Array,
  width: number,
  shares: readonly number[],
  key: RandomKey,
): Int32Array {
  const count = labels.length / width;
  const order = permutation(deriveKey(key, 'splits'), count);
  const assignment = new Int32Array(count).fill(-1);
  const imagesWanted = shares.map((share) => share * count);
  const positives = labelCounts(labels, width);
  const positivesWanted = shares.map((share) => positives.map((total) => share * total));

  const assign = (index: number, part: number): void => {
    assignment[index] = part;
    imagesWanted[part]--;
    for (let label = 0; label < width; label++) positivesWanted[part][label] -= labels[index * width + label];
  };
  for (const label of labelsByRarity(labels, width)) {
    for (const index of order) {
      if (assignment[index] >= 0 || labels[index * width + label] === 0) continue;
      assign(index, argmax(positivesWanted.map((wanted, part) => wanted[label] + 1e-6 * imagesWanted[part])));
    }
  }
  for (const index of order) if (assignment[index] < 0) assign(index, argmax(imagesWanted));
  return assignment;
}

/**
 * Whole counts in proportion to `weights` that add up to `total`, each at least 1: always the next one to the part
 * that is furthest below its share.
 */
export function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const counts = weights.map(() => 1);
  for (let given = counts.length; given < total; given++) {
    counts[argmax(weights.map((weight, part) => (weight / sum) * total - counts[part]))]++;
  }
  return counts;
}

/** The indices of each class that occurs, by ascending class, each in a random order of its own. */
function shuffledClasses(labels: Int32Array, key: RandomKey): number[][] {
  const classes = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const members = classes.get(label);
    if (members) members.push(index);
    else classes.set(label, [index]);
  });
  return [...classes]
    .sort(([a], [b]) => a - b)
    .map(([label, members]) =>
      Array.from(
        permutation(deriveKey(key, 'class', label), members.length),
        (position) => members[position],
      ),
    );
}

function labelsByRarity(labels: Int32Array, width: number): number[] {
  const counts = labelCounts(labels, width);
  return counts.map((_, label) => label).sort((a, b) => counts[a] - counts[b] || a - b);
}

function labelCounts(labels: Int32Array, width: number): number[] {
  const counts = new Array<number>(width).fill(0);
  labels.forEach((value, position) => (counts[position % width] += value));
  return counts;
}

function argmax(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
