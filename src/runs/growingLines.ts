import { open, type FileHandle } from 'node:fs/promises';

import type { z } from 'zod';

import { ifPresent } from '../data/readIfPresent.ts';
import { decodeLines } from './jsonLines.ts';

/** Where a line stands in its file. */
export interface LinePosition {
  /** Counted from 1. */
  readonly line: number;
  /** Its bytes, the line feed included. */
  readonly start: number;
  readonly end: number;
}

export interface LinesRead<K> {
  readonly values: readonly K[];
  /** Numbers, from 1, of whole lines that are not JSON or break the schema; they are left out. */
  readonly damagedLines: readonly number[];
  /** Whether something stands after the last line feed, which is left out. */
  readonly isTorn: boolean;
}

/** So many bytes before the known end must be what they were, or the file is another one. */
const CHECKED_BYTES = 256;
const NOTHING: LinesRead<never> = { values: [], damagedLines: [], isTorn: false };

/**
 * A file of one JSON value a line, read again and again while it grows: only what was appended is parsed, and an
 * unchanged file is not read at all. Unlike `readLines` it gives what can be read of a damaged file.
 */
export class GrowingLines<T, K> {
  readonly file: string;
  private readonly schema: z.ZodType<T>;
  private readonly keep: (value: T, position: LinePosition) => K;
  private state: State<K> = START;
  private reading: Promise<LinesRead<K>> | undefined;

  /** `keep` takes out of each value what is to be held in memory. */
  constructor(file: string, schema: z.ZodType<T>, keep: (value: T, position: LinePosition) => K) {
    this.file = file;
    this.schema = schema;
    this.keep = keep;
  }

  /**
   * What stands in the file now; the same object as before where it has not changed, and nothing where there is no
   * file. Throws TsyndError 'run/corrupt' when the file cannot be read.
   */
  read(): Promise<LinesRead<K>> {
    this.reading ??= this.readNow().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /**
   * What stands now where a line stood, which is another text when the file was replaced, and none when it is gone.
   * Throws TsyndError 'run/corrupt' when the file cannot be read.
   */
  async readLine({ start, end }: LinePosition): Promise<Buffer> {
    return (await this.withFile((handle) => readRange(handle, start, end))) ?? Buffer.alloc(0);
  }

  private async readNow(): Promise<LinesRead<K>> {
    const state = await this.withFile(async (handle) => {
      const { size, mtimeMs, ino } = await handle.stat();
      const known = this.state;
      if (size === known.size && mtimeMs === known.mtimeMs && ino === known.ino) return known;
      const hasGrown = ino === known.ino && size > known.size && (await beginsWith(handle, known));
      const base: State<K> = hasGrown ? known : START;
      const bytes = await readRange(handle, base.end, size);
      return { ...this.append(base, bytes), size, mtimeMs, ino };
    });
    this.state = state ?? START;
    return this.state.result;
  }

  private append(base: State<K>, bytes: Buffer): Pick<State<K>, 'end' | 'lines' | 'tail' | 'result'> {
    const values = [...base.result.values];
    const damagedLines = [...base.result.damagedLines];
    let { lines } = base;
    let length = 0;
    for (const decoded of decodeLines(bytes, this.schema)) {
      lines++;
      length = decoded.end;
      const position = { line: lines, start: base.end + decoded.start, end: base.end + decoded.end };
      if ('value' in decoded) values.push(this.keep(decoded.value, position));
      else damagedLines.push(lines);
    }
    const tail = Buffer.concat([base.tail, bytes.subarray(Math.max(0, length - CHECKED_BYTES), length)]);
    return {
      end: base.end + length,
      lines,
      tail: tail.subarray(-CHECKED_BYTES),
      result: { values, damagedLines, isTorn: length < bytes.length },
    };
  }

  private withFile<R>(use: (handle: FileHandle) => Promise<R>): Promise<R | undefined> {
    return ifPresent(this.file, async () => {
      const handle = await open(this.file, 'r');
      try {
        return await use(handle);
      } finally {
        await handle.close();
      }
    });
  }
}

/** What can be read of a file of lines, once. Throws TsyndError 'run/corrupt' when the file cannot be read. */
export function readIntactLines<T>(file: string, schema: z.ZodType<T>): Promise<LinesRead<T>> {
  return new GrowingLines(file, schema, (value) => value).read();
}

interface State<K> {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  /** After the last line feed. */
  readonly end: number;
  readonly lines: number;
  /** The bytes before `end`. */
  readonly tail: Buffer;
  readonly result: LinesRead<K>;
}

const START: State<never> = {
  ...{ size: -1, mtimeMs: -1, ino: -1, end: 0, lines: 0 },
  tail: Buffer.alloc(0),
  result: NOTHING,
};

/** Whether the lines that are known still stand where they stood, as far as the last bytes tell. */
async function beginsWith(handle: FileHandle, { end, tail }: State<unknown>): Promise<boolean> {
  return (await readRange(handle, end - tail.length, end)).equals(tail);
}

async function readRange(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) break; // It was cut in the meantime.
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
