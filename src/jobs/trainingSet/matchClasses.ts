import { classFolder } from '../../data/classFolder.ts';
import type { Dataset } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RawPool } from './rawPool.ts';

type Classes = Pick<Dataset, 'name' | 'task' | 'classNames'>;

/**
 * The labels of a pool as the dataset numbers them, [N] or for multi-label [N, L] of 0 and 1. Classes are the same by
 * their names, in whatever case and as names of folders too; where a pool has numbers only, and not all are names of
 * the dataset, by these. A folder of several labels joins their names by `+`, and is `none` where it has none.
 *
 * Throws TsyndError 'settings/invalid' listing the classes that the dataset lacks.
 */
export function matchLabels(pool: RawPool, dataset: Classes, place: string): Int32Array {
  const width = pool.labels.length / pool.count;
  if (dataset.task !== 'multi-label') {
    if (width === 1) return matchSingle(pool, dataset, place);
    throw new TsyndError(
      'settings/invalid',
      `The images of the pool ${place} have several labels each, and those of ${dataset.name} one class.`,
      { remedy: 'Choose a pool whose images have one class each.' },
    );
  }
  return width === 1 ? spreadNames(pool, dataset, place) : matchColumns(pool, dataset, place);
}

function matchSingle({ labels, classNames }: RawPool, dataset: Classes, place: string): Int32Array {
  const used = [...new Set(labels)].sort((a, b) => a - b);
  const found = findClasses(
    used.map((label) => classNames[label]),
    dataset,
    place,
  );
  const positions = new Map(used.map((label, index) => [label, found[index]]));
  return labels.map((label) => positions.get(label)!);
}

/** Class folders for a dataset of several labels. */
function spreadNames({ labels, classNames, count }: RawPool, dataset: Classes, place: string): Int32Array {
  const known = new Set(dataset.classNames.flatMap(namesOf));
  const partsOf = (name: string): string[] => {
    if (known.has(plain(name))) return [name];
    return plain(name) === 'none' ? [] : name.split('+');
  };
  const used = [...new Set(labels)];
  const parts = new Map(used.map((label) => [label, partsOf(classNames[label])]));
  const names = [...new Set([...parts.values()].flat())];
  const found = findClasses(names, dataset, place);
  const position = new Map(names.map((name, index) => [name, found[index]]));
  const width = dataset.classNames.length;
  const rows = new Int32Array(count * width);
  labels.forEach((label, n) => {
    for (const name of parts.get(label)!) rows[n * width + position.get(name)!] = 1;
  });
  return rows;
}

/** A label that the pool does not speak of cannot be taken for absent. */
function matchColumns({ labels, classNames, count }: RawPool, dataset: Classes, place: string): Int32Array {
  const found = findClasses(classNames, dataset, place);
  const missing = dataset.classNames.filter((_, position) => !found.includes(position));
  if (missing.length > 0) {
    throw new TsyndError(
      'settings/invalid',
      `The pool ${place} does not say whether ${listOf(missing)} is there.`,
      {
        remedy: 'A pool for images of several labels needs all labels of the dataset.',
      },
    );
  }
  const width = classNames.length;
  const rows = new Int32Array(count * width);
  labels.forEach((value, n) => {
    rows[n - (n % width) + found[n % width]] = value;
  });
  return rows;
}

/** The position of each name among the dataset's classes. */
function findClasses(names: readonly string[], { name, classNames }: Classes, place: string): number[] {
  const byName = names.map((given) => positionOf(given, classNames));
  if (byName.every((position) => position >= 0)) return byName;
  const areNumbers = names.every((given) => /^\d+$/.test(given.trim()));
  const found = areNumbers ? names.map(Number) : byName;
  const unknown = names.filter((_, index) => found[index] < 0 || found[index] >= classNames.length);
  if (unknown.length === 0) return found;
  throw new TsyndError(
    'settings/invalid',
    `The pool ${place} has ${unknown.length === 1 ? 'a class' : 'classes'} that ${name} lacks: ${listOf(unknown)}.`,
    {
      remedy: `Rename or remove ${unknown.length === 1 ? 'it' : 'them'}; the classes of ${name} are ${listOf(classNames)}.`,
      details: { unknown, known: classNames },
    },
  );
}

function positionOf(given: string, classNames: readonly string[]): number {
  const exact = classNames.indexOf(given);
  return exact >= 0 ? exact : classNames.findIndex((known) => namesOf(known).includes(plain(given)));
}

/** What a class may be called: its name, and that as the name of a folder. */
function namesOf(className: string): string[] {
  return [plain(className), plain(classFolder(className))];
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
