import path from 'node:path';

import { countOf } from './datasetReport.ts';
import type { FlowItem } from './flowItems.ts';

/** Something in the workspace that looks like a dataset. */
export interface DatasetCandidate {
  readonly path: string;
  readonly kind: 'npz' | 'csv' | 'folder';
  /** Class folders that were seen; for a folder. */
  readonly classes?: number;
}

export const IMAGE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'bmp'] as const;

const SPLIT_FOLDERS: ReadonlySet<string> = new Set([
  'train',
  'training',
  'val',
  'valid',
  'validation',
  'test',
  'testing',
]);

/**
 * Folders that hold class folders, guessed from where images lie: an image's folder is its class, and what is above
 * that, or above a split's folder, is the dataset. One class alone makes no dataset.
 */
export function folderCandidates(imageFiles: readonly string[]): DatasetCandidate[] {
  const classesOf = new Map<string, Set<string>>();
  for (const folder of new Set(imageFiles.map((file) => path.dirname(file)))) {
    const above = path.dirname(folder);
    const isSplit = SPLIT_FOLDERS.has(path.basename(above).toLowerCase());
    const dataset = isSplit ? path.dirname(above) : above;
    classesOf.set(dataset, (classesOf.get(dataset) ?? new Set()).add(path.basename(folder)));
  }
  return [...classesOf]
    .filter(([, classes]) => classes.size > 1)
    .map(([dataset, classes]) => ({ path: dataset, kind: 'folder' as const, classes: classes.size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a file that begins with this text lists images: its first line has the columns `path` and `label`. */
export function isImageList(head: string): boolean {
  const columns = head
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]
    .split(',')
    .map((column) => column.trim().replaceAll('"', '').toLowerCase());
  return columns.includes('path') && columns.includes('label');
}

/** The candidate as a line of a list; `location` is its path as a person knows it. */
export function candidateText(
  { path: dataset, kind, classes = 0 }: DatasetCandidate,
  location: string,
): Pick<FlowItem<never>, 'label' | 'description' | 'detail'> {
  const name = path.basename(dataset);
  const icon = kind === 'folder' ? '$(folder)' : '$(file)';
  return {
    label: `${icon} ${name}`,
    description: kind === 'folder' ? countOf(classes, 'class folder') : `.${kind}`,
    // What lies at the top of the workspace needs no path.
    ...(location === name ? {} : { detail: location }),
  };
}
