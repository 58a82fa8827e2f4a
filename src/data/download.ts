import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import { throwIfCancelled } from './dataset.ts';
import { findMedmnist, MEDMNIST, type MedmnistInfo, type MedmnistSize } from './medmnist.ts';
import { nearestName } from './nearestName.ts';
import { makeFolder, partPathOf, toWriteError } from './safeWrite.ts';

/** Where the authors of MedMNIST keep its files. */
const OFFICIAL_BASE_URL = 'https://zenodo.org/records/10519652/files/';

export interface DownloadOptions {
  /** Side of the images in pixels; 28 unless told. */
  readonly size?: MedmnistSize;
  readonly directory: string;
  /** Another folder of the same files, ending in `/`. */
  readonly baseUrl?: string;
  /** `total` is undefined where the server does not say. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Downloads a MedMNIST archive into a folder and resolves to its path. The bytes get their final name only when their
 * MD5 is the published one; a complete file that is already there is kept.
 *
 * Throws TsyndError 'download/unknown-flag', 'download/failed' (no connection, HTTP status, broken off),
 * 'download/checksum', 'file/exists' (another file has the name), 'file/write' and 'cancelled'.
 */
export async function downloadMedmnist(flag: string, options: DownloadOptions): Promise<string> {
  const { size = 28, directory, baseUrl = OFFICIAL_BASE_URL, signal } = options;
  const info = findMedmnist(flag);
  if (!info) throw unknownFlag(flag);
  const fileName = size === 28 ? `${flag}.npz` : `${flag}_${size}.npz`;
  const filePath = path.join(directory, fileName);
  if (await isPresent(filePath, info, size)) return filePath;

  const url = `${baseUrl}${fileName}?download=1`;
  const partPath = partPathOf(filePath);
  let file: FileHandle | undefined;
  try {
    await makeFolder(directory);
    file = await open(partPath, 'w');
    const md5 = await receive(url, file, options);
    await file.sync();
    await file.close();
    file = undefined;
    if (md5 !== info.md5[size]) throw wrongChecksum(url, info.md5[size], md5);
    await rename(partPath, filePath);
    return filePath;
  } catch (error) {
    await file?.close();
    await rm(partPath, { force: true }).catch(() => undefined);
    throwIfCancelled(signal, `The download of ${fileName}`);
    throw toWriteError(error, filePath);
  }
}

/** Streams an address into a file and resolves to the MD5 of its bytes. */
async function receive(url: string, file: FileHandle, options: DownloadOptions): Promise<string> {
  const { signal, onProgress } = options;
  const response = await fetch(url, signal ? { signal } : {}).catch((error: unknown) => {
    throw failed(url, `no connection (${causeOf(error)})`, error);
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw failed(url, `the server answered ${response.status} ${response.statusText}`.trimEnd());
  }
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const totalBytes = Number.isFinite(length) ? length : undefined;
  const hash = createHash('md5');
  let receivedBytes = 0;
  for await (const chunk of chunksOf(response.body, url)) {
    hash.update(chunk);
    await file.writeFile(chunk);
    receivedBytes += chunk.length;
    onProgress?.(receivedBytes, totalBytes);
  }
  return hash.digest('hex');
}

/** The chunks of a body; a connection that breaks is a failed download, not a failed write. */
async function* chunksOf(body: ReadableStream<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw failed(url, `the connection broke off (${causeOf(error)})`, error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function isPresent(filePath: string, info: MedmnistInfo, size: MedmnistSize): Promise<boolean> {
  const exists = await stat(filePath).then(
    () => true,
    () => false,
  );
  if (!exists) return false;
  const hash = createHash('md5');
  for await (const chunk of createReadStream(filePath)) hash.update(chunk as Buffer);
  if (hash.digest('hex') === info.md5[size]) return true;
  throw new TsyndError('file/exists', `${filePath} exists and is not the official file.`, {
    remedy: 'Move or remove it, or choose another folder.',
  });
}

function unknownFlag(flag: string): TsyndError {
  const flags = MEDMNIST.map((info) => info.flag);
  const nearest = nearestName(flag, flags);
  return new TsyndError('download/unknown-flag', `There is no MedMNIST dataset called ${flag}.`, {
    remedy: `Did you mean ${nearest}? The others are ${flags.filter((name) => name !== nearest).join(', ')}.`,
    details: { nearest },
  });
}

function wrongChecksum(url: string, expected: string, found: string): TsyndError {
  return new TsyndError(
    'download/checksum',
    `${url} has MD5 ${found}, expected ${expected}; it was not kept.`,
    {
      remedy: 'Try again later; if it happens again, the server or a proxy alters the file.',
      details: { expected, found },
    },
  );
}

function failed(url: string, reason: string, cause?: unknown): TsyndError {
  return new TsyndError('download/failed', `${url} could not be downloaded: ${reason}.`, {
    remedy: 'Check the network and try again, or download the file with a browser and give its path.',
    cause,
  });
}

/** The innermost reason of a failed `fetch`, e.g. ECONNREFUSED, which it wraps. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message;
}
