import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isIgnoredName, isSplitFolder, placeInFolder } from '../../data/folderDataset.ts';
import { isImagePath } from '../../data/imageFiles.ts';
import type { RunDataset } from '../../protocol/runSummary.ts';
import type { CsvLists } from './csvLists.ts';
import { partsInside } from './insideFolder.ts';

/** What a dataset says about an image file of it. */
export interface DatasetPlace {
  readonly className: string;
  /** Absent where the splits are drawn. */
  readonly split?: string | undefined;
}

/** Finds image files in datasets by the readers' own rules, without opening an image. */
export class DatasetPlaces {
  private readonly csvLists: CsvLists;

  constructor(csvLists: CsvLists) {
    this.csvLists = csvLists;
  }

  /** Undefined where the dataset does not hold the file, or cannot be read. */
  async find({ format, path: datasetPath }: RunDataset, file: string): Promise<DatasetPlace | undefined> {
    try {
      if (format === 'csv') {
        const row = await this.csvLists.find(datasetPath, file);
        return row && { className: row.label, split: row.split };
      }
      return format === 'folder' ? await findInFolder(datasetPath, file) : undefined;
    } catch {
      return undefined; // Whoever opens the run is told what is wrong with its dataset.
    }
  }
}

async function findInFolder(root: string, file: string): Promise<DatasetPlace | undefined> {
  const parts = partsInside(root, file);
  if (!parts || !isImagePath(file) || parts.some(isIgnoredName)) return undefined;
  const place = placeInFolder(parts, await holdsSplits(root));
  return 'problem' in place ? undefined : place;
}

async function holdsSplits(root: string): Promise<boolean> {
  const entries = await readdir(root, { withFileTypes: true });
  const candidates = entries.filter((entry) => !entry.isFile() && isSplitFolder(entry.name));
  for (const { name } of candidates) if (await holdsFile(path.join(root, name))) return true;
  return false;
}

/** An empty folder makes no split. */
async function holdsFile(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const visible = entries.filter(({ name }) => !isIgnoredName(name));
  if (visible.some((entry) => !entry.isDirectory())) return true;
  for (const { name } of visible) if (await holdsFile(path.join(folder, name))) return true;
  return false;
}
