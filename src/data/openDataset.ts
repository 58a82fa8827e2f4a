import { stat } from 'node:fs/promises';
import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import { openCsvDataset } from './csvDataset.ts';
import type { Dataset, OpenDatasetOptions } from './dataset.ts';
import { openFolderDataset } from './folderDataset.ts';
import { openNpzDataset } from './npzDataset.ts';
import { errnoOf } from './safeWrite.ts';

const KINDS = 'a folder of class folders, an .npz archive in the layout of MedMNIST, or a .csv file';

/**
 * Opens a dataset by what its path is: a folder, an `.npz` archive or a `.csv` file. Throws TsyndError
 * 'dataset/not-found', 'dataset/unreadable', 'dataset/invalid' for other kinds of files, and what the readers throw.
 */
export async function openDataset(datasetPath: string, options: OpenDatasetOptions): Promise<Dataset> {
  checkOptions(options);
  switch (await datasetFormat(datasetPath)) {
    case 'folder':
      return openFolderDataset(datasetPath, options);
    case 'npz':
      return openNpzDataset(datasetPath, options);
    case 'csv':
      return openCsvDataset(datasetPath, options);
  }
}

/** What kind of dataset lies at a path. Throws like `openDataset`, which reads it. */
export async function datasetFormat(datasetPath: string): Promise<Dataset['format']> {
  const found = await stat(datasetPath).catch((error: unknown) => {
    throw toStatError(error, datasetPath);
  });
  if (found.isDirectory()) return 'folder';
  switch (path.extname(datasetPath).toLowerCase()) {
    case '.npz':
      return 'npz';
    case '.csv':
      return 'csv';
    default:
      throw new TsyndError('dataset/invalid', `${datasetPath} is not a dataset.`, {
        remedy: `Give ${KINDS}.`,
      });
  }
}

function checkOptions({ imageSize }: OpenDatasetOptions): void {
  if (imageSize === undefined || (Number.isInteger(imageSize) && imageSize >= 8 && imageSize <= 1024)) return;
  throw new TsyndError(
    'settings/invalid',
    `The image size ${imageSize} is not a whole number from 8 to 1024.`,
    {
      remedy: 'Choose another image size, for example 28 or 64 px (on the command line: --image-size).',
    },
  );
}

function toStatError(error: unknown, datasetPath: string): TsyndError {
  const errno = errnoOf(error);
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new TsyndError('dataset/not-found', `There is no file or folder ${datasetPath}.`, {
      remedy: `Give ${KINDS}.`,
    });
  }
  return new TsyndError('dataset/unreadable', `${datasetPath} cannot be read (${errno ?? String(error)}).`, {
    remedy: 'Check its permissions.',
    cause: error,
  });
}
