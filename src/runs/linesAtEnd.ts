import { open, type FileHandle } from 'node:fs/promises';

import type { z } from 'zod';

import { ifPresent } from '../data/readIfPresent.ts';
import { decodeLines } from './jsonLines.ts';

const TAIL_BYTES = 65_536;
const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * The values of the last whole lines of a file, as many as fit into 64 KiB, oldest first; lines that cannot be read
 * are left out, and there are none without a file. Throws TsyndError 'run/corrupt' when the file cannot be read.
 */
export async function readLastLines<T>(file: string, schema: z.ZodType<T>): Promise<T[]> {
  const bytes = await ifPresent(file, () =>
    withFile(file, async (handle) => {
      const { size } = await handle.stat();
      const start = Math.max(0, size - TAIL_BYTES);
      const tail = await readAt(handle, Buffer.alloc(size - start), start);
      return start === 0 ? tail : tail.subarray(tail.indexOf(LINE_FEED) + 1);
    }),
  );
  const values: T[] = [];
  for (const line of decodeLines(bytes ?? Buffer.alloc(0), schema)) {
    if ('value' in line) values.push(line.value);
  }
  return values;
}

/** How many whole lines a file has, without parsing them; 0 without a file. Throws like `readLastLines`. */
export async function countLines(file: string): Promise<number> {
  const count = await ifPresent(file, () =>
    withFile(file, async (handle) => {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      let lines = 0;
      let position = 0;
      for (;;) {
        const bytes = await readAt(handle, chunk, position);
        for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, feed + 1))
          lines++;
        position += bytes.length;
        if (bytes.length === 0) return lines;
      }
    }),
  );
  return count ?? 0;
}

async function withFile<R>(file: string, use: (handle: FileHandle) => Promise<R>): Promise<R> {
  const handle = await open(file, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** The bytes from `position` on that are there and fit into `buffer`. */
async function readAt(handle: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
