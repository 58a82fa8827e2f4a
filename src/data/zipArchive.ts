import { constants as bufferConstants } from 'node:buffer';
import os from 'node:os';
import { crc32 } from 'node:zlib';

import { openPromise, type Entry, type ZipFile } from 'yauzl';

import { TsyndError } from '../protocol/errors.ts';
import { errnoOf } from './safeWrite.ts';

const STORED = 0;
const DEFLATED = 8;

/** Deflate spends at least one bit on every 129 bytes, 1032 to 1; an entry that declares more cannot be true. */
const MAX_DEFLATE_RATIO = 1032;
const DEFLATE_SLACK_BYTES = 4096;

/**
 * A zip archive on disk, read one entry at a time; stored and deflated entries, zip64 included.
 *
 * Every failure is a TsyndError: 'archive/corrupt' for a torn or altered file, 'archive/unsupported' for encryption,
 * other compression methods and entries too large for this machine.
 */
export interface ZipArchive {
  readonly path: string;
  readonly names: readonly string[];
  /** Declared size of an entry in bytes, decompressed. */
  sizeOf(name: string): number;
  /** Up to `length` bytes from the beginning of an entry; no checksum is taken. */
  peek(name: string, length: number): Promise<Buffer>;
  /** All bytes of an entry, CRC-32 checked. */
  read(name: string): Promise<Buffer>;
  close(): void;
}

/** Opens a zip archive; `maxEntryBytes` bounds what `read` may allocate (default: half of this machine's memory). */
export async function openZip(
  filePath: string,
  maxEntryBytes = Math.min(os.totalmem() / 2, bufferConstants.MAX_LENGTH),
): Promise<ZipArchive> {
  const zip = await openPromise(filePath, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw toOpenError(error, filePath);
  });
  try {
    const entries = await listEntries(zip, filePath);
    return createArchive(zip, filePath, entries, maxEntryBytes);
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listEntries(zip: ZipFile, filePath: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`it has two entries named ${entry.fileName}`);
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    throw corrupt(filePath, messageOf(error), error);
  }
  return entries;
}

function createArchive(
  zip: ZipFile,
  filePath: string,
  entries: ReadonlyMap<string, Entry>,
  maxEntryBytes: number,
): ZipArchive {
  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (!entry) throw corrupt(filePath, `it has no entry named ${name}`);
    return entry;
  };
  return {
    path: filePath,
    names: [...entries.keys()],
    sizeOf: (name) => entryOf(name).uncompressedSize,
    peek: (name, length) => peekEntry(zip, filePath, entryOf(name), length),
    read: (name) => readEntry(zip, filePath, entryOf(name), maxEntryBytes),
    close: () => zip.close(),
  };
}

async function peekEntry(zip: ZipFile, filePath: string, entry: Entry, length: number): Promise<Buffer> {
  checkReadable(filePath, entry);
  const chunks: Buffer[] = [];
  let received = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      received += chunk.length;
      if (received >= length) break; // leaving the loop destroys the stream
    }
  } catch (error) {
    throw corrupt(filePath, `entry ${entry.fileName}: ${messageOf(error)}`, error);
  }
  return Buffer.concat(chunks).subarray(0, length);
}

async function readEntry(
  zip: ZipFile,
  filePath: string,
  entry: Entry,
  maxEntryBytes: number,
): Promise<Buffer> {
  checkReadable(filePath, entry);
  const size = entry.uncompressedSize;
  if (size > maxEntryBytes) {
    throw new TsyndError(
      'archive/unsupported',
      `${filePath}: entry ${entry.fileName} unpacks to ${formatMebibytes(size)}, more than the ` +
        `${formatMebibytes(maxEntryBytes)} that may be held in memory.`,
      { remedy: 'Use a smaller version of the dataset, or a machine with more memory.', details: { size } },
    );
  }
  const bytes = Buffer.allocUnsafeSlow(size);
  let received = 0;
  let checksum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunk.copy(bytes, received);
      received += chunk.length;
      checksum = crc32(chunk, checksum);
    }
  } catch (error) {
    throw corrupt(filePath, `entry ${entry.fileName}: ${messageOf(error)}`, error);
  }
  if (received !== size) {
    throw corrupt(filePath, `entry ${entry.fileName} has ${received} bytes where ${size} were declared`);
  }
  if (checksum !== entry.crc32)
    throw corrupt(filePath, `entry ${entry.fileName} does not match its checksum`);
  return bytes;
}

function checkReadable(filePath: string, entry: Entry): void {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED)) {
    const what = entry.isEncrypted() ? 'is encrypted' : `uses compression method ${compressionMethod}`;
    throw new TsyndError('archive/unsupported', `${filePath}: entry ${entry.fileName} ${what}.`, {
      remedy: 'Save the archive again with numpy.savez or numpy.savez_compressed.',
    });
  }
  if (uncompressedSize > compressedSize * MAX_DEFLATE_RATIO + DEFLATE_SLACK_BYTES) {
    throw corrupt(filePath, `entry ${entry.fileName} declares more bytes than its compressed data can hold`);
  }
}

function toOpenError(error: unknown, filePath: string): TsyndError {
  const errno = errnoOf(error);
  if (errno === 'ENOENT') {
    return new TsyndError('dataset/not-found', `There is no file ${filePath}.`, {
      remedy: 'Check the path.',
    });
  }
  if (errno !== undefined) {
    return new TsyndError('dataset/unreadable', `${filePath} cannot be read (${errno}).`, {
      remedy: 'Check its permissions.',
      cause: error,
    });
  }
  return corrupt(filePath, messageOf(error), error);
}

function corrupt(filePath: string, reason: string, cause?: unknown): TsyndError {
  return new TsyndError(
    'archive/corrupt',
    `${filePath} is not a complete zip archive: ${reason.replace(/\.$/, '')}.`,
    {
      remedy: 'Download or save the file again.',
      details: { file: filePath },
      cause,
    },
  );
}

function formatMebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
