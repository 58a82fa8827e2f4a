import { access, constants, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { imageShape } from '../../data/batch.ts';
import { classFolder } from '../../data/classFolder.ts';
import { SPLIT_NAMES, throwIfCancelled, type Dataset, type SplitName } from '../../data/dataset.ts';
import { encodePng } from '../../data/encodePng.ts';
import { makeFolder, toWriteError, writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { readStoredImage } from '../library/syntheticImages.ts';
import { labelOf, realPixels, type ExportItem, type ExportPlan } from './exportPlan.ts';
import { unreadableImage } from './unreadableImage.ts';

export interface ExportProgress {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An image of an export on the disk. */
export interface WrittenImage {
  readonly split: SplitName;
  /** `<class>/<name>`, relative to the split's folder. */
  readonly file: string;
  readonly item: ExportItem;
}

/**
 * Writes all images to `<root>/<split>/<class>/<name>`: files byte by byte, rows of archives as PNG of their depth.
 * Throws TsyndError 'settings/invalid' for multi-label data, which have no class folders, and 'image/unreadable' for an
 * image that is gone, or a synthetic one that is broken.
 */
export async function writeImages(
  plan: ExportPlan,
  root: string,
  { onProgress, signal }: ExportProgress,
): Promise<WrittenImage[]> {
  const { dataset } = plan;
  if (dataset.task === 'multi-label') {
    throw new TsyndError('settings/invalid', `An image of ${dataset.name} may have several labels.`, {
      remedy: 'Export it as .npz, which holds them.',
    });
  }
  const folders = classFolders(dataset.classNames);
  const written: WrittenImage[] = [];
  const total = SPLIT_NAMES.reduce((sum, split) => sum + plan.splits[split].length, 0);
  for (const split of SPLIT_NAMES) {
    const taken = new Set<string>();
    for (const item of plan.splits[split]) {
      throwIfCancelled(signal, 'The export');
      const label = Number(labelOf(item));
      const file = unused(`${folders[label]}/${nameOf(plan, item)}`, taken);
      await writeImage(item, path.join(root, split, file), dataset);
      written.push({ split, file, item });
      onProgress?.(written.length, total);
    }
  }
  return written;
}

async function writeImage(item: ExportItem, target: string, dataset: Dataset): Promise<void> {
  await makeFolder(path.dirname(target));
  if (item.file !== undefined) {
    await checkReadable(item, item.file, dataset);
    await copyFile(item.file, target).catch((error: unknown) => {
      throw toWriteError(error, target);
    });
  } else if (item.kind === 'real') {
    const [channels, height, width] = imageShape(item.images);
    await writeFileAtomic(target, await encodePng({ pixels: integers(item), channels, width, height }));
  }
}

/** Real images were decoded when the dataset was opened; of synthetic ones none has been looked at so far. */
async function checkReadable(item: ExportItem, file: string, dataset: Dataset): Promise<void> {
  try {
    if (item.kind === 'real') await access(file, constants.R_OK);
    else await readStoredImage(file, dataset);
  } catch (error) {
    throw unreadableImage(item, file, error);
  }
}

/** PNG holds no floats; 16 bits lose nothing that a screen or an 8-bit original had. */
function integers(item: Extract<ExportItem, { kind: 'real' }>): Uint8Array | Uint16Array {
  const pixels = realPixels(item);
  if (!(pixels instanceof Float32Array)) return pixels;
  return Uint16Array.from(pixels, (value) => Math.round((value / item.images.maxValue) * 65535));
}

/** Original names are kept; nested folders below a class become part of the name. */
function nameOf({ run, dataset }: ExportPlan, item: ExportItem): string {
  if (item.kind === 'synthetic') return `${run.id}_${item.record.id}.png`;
  const { file, split, index } = item.images.sources[item.position];
  if (file === undefined) return `${dataset.name}_${split}_${String(index).padStart(6, '0')}.png`;
  if (dataset.format === 'csv') return path.posix.basename(file);
  const parts = file.split('/');
  const classPart = parts.indexOf(dataset.classNames[Number(labelOf(item))]);
  return parts.slice(classPart + 1).join('__');
}

/** The folder of each class; names that would fall into one folder get a number. */
function classFolders(classNames: readonly string[]): string[] {
  const taken = new Set<string>();
  return classNames.map((name) => unused(classFolder(name) || 'class', taken));
}

/** The name, with `-2`, `-3`, ... before its extension where it is taken; some file systems ignore case. */
function unused(name: string, taken: Set<string>): string {
  const { dir, name: stem, ext } = path.posix.parse(name);
  let candidate = name;
  for (let number = 2; taken.has(candidate.toLowerCase()); number++) {
    candidate = path.posix.join(dir, `${stem}-${number}${ext}`);
  }
  taken.add(candidate.toLowerCase());
  return candidate;
}
