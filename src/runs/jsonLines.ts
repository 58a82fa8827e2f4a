import { open, type FileHandle } from 'node:fs/promises';

import type { z } from 'zod';

import { describeIssues } from '../data/describeIssues.ts';
import { readIfPresent } from '../data/readIfPresent.ts';
import { toWriteError } from '../data/safeWrite.ts';
import { TsyndError } from '../protocol/errors.ts';

/**
 * Files of one JSON value a line, to which whole lines are only ever appended. A line counts once its line feed is
 * written: what a kill leaves after the last one is a torn line, dropped on reading and cut off before appending.
 */
export interface JsonLines<T> {
  readonly values: T[];
  readonly warnings: readonly string[];
}

export interface AppendOptions {
  /** Wait until the lines are on the disk, so that they outlive a power cut, not only a kill. */
  readonly flush?: boolean;
  /**
   * Other processes may append at the same time: nothing is ever cut off, as it may be a line that another one is
   * writing. A torn line is ended instead, and stays in the file as a damaged one.
   */
  readonly isShared?: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Appends values in one write, each as a line whose keys stand in the schema's order; a torn last line is cut off
 * first. When the write fails, the file is cut back to what it was.
 *
 * Throws TsyndError 'file/write' when the file cannot be written, and 'internal' when a value breaks the schema.
 */
export async function appendLines<T>(
  file: string,
  schema: z.ZodType<T>,
  values: readonly T[],
  options: AppendOptions = {},
): Promise<void> {
  const text = values.map((value) => encodeLine(file, schema, value)).join('');
  try {
    const handle = await open(file, 'a+');
    try {
      if (options.isShared) {
        const { size } = await handle.stat();
        await handle.appendFile(size > (await endOfLines(handle, size)) ? `\n${text}` : text);
        return;
      }
      const size = await cutTornLine(handle);
      await handle.appendFile(text).catch(async (error: unknown) => {
        await handle.truncate(size).catch(() => undefined); // What made the write fail is what to tell.
        throw error;
      });
      if (options.flush) await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toWriteError(error, file);
  }
}

/**
 * All values of a file; none when there is no file. A torn last line is dropped and told in `warnings`.
 *
 * Throws TsyndError 'run/corrupt' when any other line is not JSON or breaks the schema.
 */
export async function readLines<T>(file: string, schema: z.ZodType<T>): Promise<JsonLines<T>> {
  const bytes = await readIfPresent(file);
  if (bytes === undefined) return { values: [], warnings: [] };
  const values: T[] = [];
  let end = 0;
  for (const line of decodeLines(bytes, schema)) {
    if ('problem' in line) throw corruptLine(file, values.length + 1, line.problem, line.cause);
    values.push(line.value);
    end = line.end;
  }
  const warnings =
    end < bytes.length
      ? [`${file}: line ${values.length + 1} was cut off while it was written; it is left out.`]
      : [];
  return { values, warnings };
}

/** A whole line: its value, or what is wrong with it as the end of a sentence. */
export type DecodedLine<T> = {
  /** Its bytes, the line feed included. */
  readonly start: number;
  readonly end: number;
} & ({ readonly value: T } | { readonly problem: string; readonly cause: unknown });

/** The whole lines of `bytes`; what stands after the last line feed is left out. */
export function* decodeLines<T>(bytes: Buffer, schema: z.ZodType<T>): Generator<DecodedLine<T>> {
  let start = 0;
  for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, start)) {
    const end = feed + 1;
    yield { start, end, ...decodeLine(schema, bytes.toString('utf8', start, feed)) };
    start = end;
  }
}

/** Cuts the file back to its last line feed and returns its length. */
async function cutTornLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const end = await endOfLines(handle, size);
  if (end < size) await handle.truncate(end);
  return end;
}

/** The position after the last line feed of the first `size` bytes. */
async function endOfLines(handle: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(4096);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    await handle.read(chunk, 0, end - start, start);
    const lineFeed = chunk.subarray(0, end - start).lastIndexOf(LINE_FEED);
    end = start + lineFeed + 1;
    if (lineFeed >= 0) break;
  }
  return end;
}

function encodeLine<T>(file: string, schema: z.ZodType<T>, value: T): string {
  const checked = schema.safeParse(value);
  if (checked.success) return `${JSON.stringify(checked.data)}\n`;
  throw new TsyndError(
    'internal',
    `A line for ${file} breaks its format: ${describeIssues(checked.error)}.`,
    {
      remedy: 'Please report this.',
      details: { file, value },
    },
  );
}

function decodeLine<T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly value: T } | { readonly problem: string; readonly cause: unknown } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    return { problem: 'is not JSON', cause };
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return { value: checked.data };
  return { problem: `breaks the format (${describeIssues(checked.error)})`, cause: checked.error };
}

function corruptLine(file: string, line: number, problem: string, cause: unknown): TsyndError {
  return new TsyndError('run/corrupt', `${file}: line ${line} ${problem}.`, {
    remedy: 'Restore the file from a copy, or remove the line if you can do without it.',
    details: { file, line },
    cause,
  });
}
