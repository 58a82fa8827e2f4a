import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

import { listCsvImages } from './csvDataset.ts';
import { sha256OfFile } from './fileDigest.ts';
import { listFolderImages } from './folderDataset.ts';
import { hashImageFiles, type ImageFileSet } from './imageFiles.ts';
import { mapLimited } from './mapLimited.ts';
import { datasetFormat } from './openDataset.ts';

export interface DatasetHash {
  /** What a dataset that is opened now would have as its `sha256`. */
  readonly sha256: string;
  /** Changes whenever a file is added, removed or written; far cheaper than the hash. */
  readonly stamp: string;
}

const MAX_CONCURRENT_STATS = 16;

/**
 * The checksum of a dataset from its bytes, without decoding an image. Where `known` still has the right stamp it is
 * given back, and nothing is read. Throws TsyndError 'dataset/...' and 'csv/invalid' for what is no dataset any more.
 */
export async function hashDataset(
  datasetPath: string,
  {
    known,
    signal,
  }: { readonly known?: DatasetHash | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<DatasetHash> {
  const format = await datasetFormat(datasetPath);
  if (format === 'npz') {
    const stamp = await stampOf([datasetPath]);
    if (stamp === known?.stamp) return known;
    return { stamp, sha256: await sha256OfFile(datasetPath, signal) };
  }
  const list = format === 'csv' ? listCsvImages : listFolderImages;
  const set = await list(datasetPath, signal);
  const stamp = await stampOf(format === 'csv' ? [datasetPath, ...pathsOf(set)] : pathsOf(set));
  if (stamp === known?.stamp) return known;
  return { stamp, sha256: await hashImageFiles(set, signal) };
}

function pathsOf({ files }: ImageFileSet): string[] {
  return files.map(({ absolutePath }) => absolutePath);
}

/** A digest of the files' names, sizes and times. */
async function stampOf(files: readonly string[]): Promise<string> {
  const lines = await mapLimited(files, MAX_CONCURRENT_STATS, async (file) => {
    const found = await stat(file).catch(() => undefined);
    return `${file}\0${found?.size}\0${found?.mtimeMs}\n`;
  });
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('base64');
}
