import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import {
  throwIfCancelled,
  type Dataset,
  type OpenDatasetOptions,
  type SkippedFile,
  type SplitName,
} from './dataset.ts';
import { EXPORT_NAMES } from './exportNames.ts';
import {
  compareText,
  isImagePath,
  loadImageFiles,
  sortClassNames,
  type ImageFile,
  type ImageFileSet,
} from './imageFiles.ts';

const SPLIT_FOLDERS: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/** What archivers leave behind, and what an export says about its images. */
const IGNORED_NAMES: ReadonlySet<string> = new Set(['__MACOSX', EXPORT_NAMES.metadata, EXPORT_NAMES.facts]);

/**
 * Reads a folder that holds one folder of images a class, or train / val / test folders that hold those. Class
 * folders are searched to any depth; files are taken in the order of their paths. Hidden files and folders are
 * ignored; other files that are not images are listed in `skippedFiles`.
 *
 * Throws TsyndError 'dataset/invalid' for a folder without images or class folders, and what `loadImageFiles` throws.
 */
export async function openFolderDataset(folder: string, options: OpenDatasetOptions): Promise<Dataset> {
  return loadImageFiles(await listFolderImages(folder, options.signal), options);
}

/** The images of such a folder, before any is read. Throws TsyndError 'dataset/invalid' and 'dataset/unreadable'. */
export async function listFolderImages(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ImageFileSet> {
  const root = path.resolve(folder);
  const tree = await listTree(root, signal);
  const topFolders = new Set(tree.filter(({ parts }) => parts.length > 1).map(({ parts }) => parts[0]));
  const hasSplits = [...topFolders].some(isSplitFolder);
  const skippedFiles: SkippedFile[] = [];
  const found: { file: string; className: string; split: SplitName | undefined }[] = [];
  for (const { file, parts } of tree) {
    const place = placeInFolder(parts, hasSplits);
    if (!isImagePath(file)) skippedFiles.push({ file, reason: 'not an image file' });
    else if ('problem' in place) skippedFiles.push({ file, reason: place.problem });
    else found.push({ file, ...place });
  }
  if (found.length === 0) throw noImages(root, skippedFiles);

  const classNames = sortClassNames(found.map(({ className }) => className));
  const files: ImageFile[] = found.map(({ file, className, split }) => ({
    file,
    absolutePath: path.join(root, file),
    label: classNames.indexOf(className),
    split,
  }));
  return { name: path.basename(root), path: root, format: 'folder', classNames, files, skippedFiles };
}

/**
 * The class and the split of a file in such a folder, from the parts of its path in it; `hasSplits` says whether the
 * folder holds splits.
 */
export function placeInFolder(
  parts: readonly string[],
  hasSplits: boolean,
): { readonly className: string; readonly split: SplitName | undefined } | { readonly problem: string } {
  const split = hasSplits ? splitOfFolder(parts[0]) : undefined;
  const depth = hasSplits ? 2 : 1;
  if (hasSplits && split === undefined) return { problem: 'not in a train, val or test folder' };
  if (parts.length <= depth) return { problem: 'not in a class folder' };
  return { className: parts[depth - 1], split };
}

/** Whether the folder of a dataset with this name is a split, and not a class, of it. */
export function isSplitFolder(name: string): boolean {
  return splitOfFolder(name) !== undefined;
}

/** Whether a dataset passes a file or a folder of this name over. */
export function isIgnoredName(name: string): boolean {
  return name.startsWith('.') || IGNORED_NAMES.has(name);
}

function splitOfFolder(name: string): SplitName | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(SPLIT_FOLDERS, key) ? SPLIT_FOLDERS[key] : undefined;
}

interface TreeFile {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly parts: readonly string[];
}

/** All files below a folder that are not hidden, sorted by path; links are followed, each folder once. */
async function listTree(root: string, signal: AbortSignal | undefined): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const visited = new Set<string>();
  const visit = async (parts: readonly string[]): Promise<void> => {
    throwIfCancelled(signal, `Reading ${root}`);
    const folder = path.join(root, ...parts);
    const real = await realpath(folder);
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (isIgnoredName(entry.name)) continue;
      const inner = [...parts, entry.name];
      const target = entry.isSymbolicLink()
        ? await stat(path.join(folder, entry.name)).catch(() => entry)
        : entry;
      if (target.isDirectory()) await visit(inner);
      else files.push({ file: inner.join('/'), parts: inner });
    }
  };
  try {
    await visit([]);
  } catch (error) {
    if (error instanceof TsyndError) throw error;
    throw new TsyndError('dataset/unreadable', `${root} cannot be read: ${String(error)}.`, {
      remedy: 'Check the permissions of the folder.',
      cause: error,
    });
  }
  return files.sort((a, b) => compareText(a.file, b.file));
}

function noImages(root: string, skipped: readonly SkippedFile[]): TsyndError {
  const loose = skipped.filter(({ file }) => isImagePath(file)).length;
  const message =
    loose > 0
      ? `${root} has no class folders; its ${loose === 1 ? 'one image lies' : `${loose} images lie`} directly in it.`
      : `${root} has no images (PNG, JPEG, WebP, TIFF or BMP).`;
  return new TsyndError('dataset/invalid', message, {
    remedy: 'Put the images of each class into a folder of their own, named after the class.',
  });
}
