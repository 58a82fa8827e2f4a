import path from 'node:path';
import { downloadMedmnist, type DownloadOptions } from '../data/download.ts';
import { MEDMNIST_SIZES } from '../data/medmnist.ts';
import { TsyndError } from '../protocol/errors.ts';

export interface DownloadRequest extends Omit<DownloadOptions, 'size' | 'baseUrl'> {
  /** MedMNIST's name of the dataset, e.g. `breastmnist`. */
  readonly flag: string;
  /** Side of the images in pixels. */
  readonly size: number;
  /** Another place of the same files, as a URL. */
  readonly baseUrl?: string | undefined;
}

/**
 * Downloads a MedMNIST archive and returns its absolute path. Throws TsyndError 'settings/invalid' for a size or an
 * address that cannot be, and what `downloadMedmnist` throws.
 */
export async function downloadDataset({ flag, size, baseUrl, ...rest }: DownloadRequest): Promise<string> {
  const known = MEDMNIST_SIZES.find((candidate) => candidate === size);
  if (known === undefined) {
    throw new TsyndError('settings/invalid', `MedMNIST has no images of ${size} pixels.`, {
      remedy: `Choose one of ${MEDMNIST_SIZES.join(', ')}.`,
    });
  }
  const directory = path.resolve(rest.directory);
  return downloadMedmnist(flag, {
    ...rest,
    directory,
    size: known,
    ...(baseUrl === undefined ? {} : { baseUrl: asFolder(baseUrl) }),
  });
}

function asFolder(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new TsyndError('settings/invalid', `'${url}' is not an address of the web.`, {
      remedy: 'Give one that begins with https:// or http://.',
    });
  }
  return url.endsWith('/') ? url : `${url}/`;
}
