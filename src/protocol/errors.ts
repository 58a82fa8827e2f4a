/**
 * Every failure that a person may read, as one type: what happened, where, and what to do about it.
 *
 * `fault` decides the exit code of the command line: 2 where the person can mend it (a wrong path, a broken
 * file), 1 where we failed (a bug, a device that died).
 */
export type ErrorCode =
  | 'dataset/not-found'
  | 'dataset/unreadable'
  | 'dataset/invalid'
  | 'dataset/too-small'
  | 'image/unreadable'
  | 'archive/corrupt'
  | 'archive/unsupported'
  | 'csv/invalid'
  | 'download/failed'
  | 'download/checksum'
  | 'download/unknown-flag'
  | 'run/not-found'
  | 'run/corrupt'
  | 'run/incomplete'
  | 'run/locked'
  | 'run/settings-differ'
  | 'file/write'
  | 'file/exists'
  | 'file/not-on-disk'
  | 'settings/invalid'
  | 'device/unknown'
  | 'device/unavailable'
  | 'device/failed'
  | 'device/lost'
  | 'device/out-of-memory'
  | 'install/failed'
  | 'training/diverged'
  | 'process/exited'
  | 'process/unavailable'
  | 'process/protocol'
  | 'export/nothing'
  | 'sample/not-found'
  | 'image/outside-run'
  | 'cancelled'
  | 'internal';

const PROGRAM_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'device/failed',
  'device/lost',
  'process/exited',
  'process/unavailable',
  'process/protocol',
  'internal',
]);

export interface TsyndErrorOptions {
  /** One sentence that says what to do. */
  readonly remedy?: string;
  /** Facts for a log or a test: file, index, expected and found values. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class TsyndError extends Error {
  override readonly name = 'TsyndError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  /** `message` is one sentence that says what happened and where, ending in a full stop. */
  constructor(code: ErrorCode, message: string, options: TsyndErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }

  /** Whose mistake it is; the command line exits with 2 for the person's and 1 for ours. */
  get fault(): 'person' | 'program' {
    return PROGRAM_FAULTS.has(this.code) ? 'program' : 'person';
  }
}

/** The sentence for a person: message and, where there is one, remedy. */
export function describeError(error: unknown): string {
  if (error instanceof TsyndError) return error.remedy ? `${error.message} ${error.remedy}` : error.message;
  return error instanceof Error ? error.message : String(error);
}
