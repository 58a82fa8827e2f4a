import { TsyndError } from '../../src/protocol/errors.ts';

/** A failure in the words of whoever failed. */
export interface Failure {
  readonly message: string;
  readonly remedy?: string | undefined;
}

export type Loadable<T> =
  /** `isSlow` after a while, when a person wants to know why. */
  | { readonly status: 'waiting'; readonly isSlow: boolean }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

export const WAITING = { status: 'waiting', isSlow: false } as const;

/** When waiting for a model needs a word. */
export const SLOW_MS = 2000;

/** Calls back once after that many ms, unless the returned function is called before. */
export type Later = (ms: number, callback: () => void) => () => void;

/** Waits for the end of a request, whichever it is. */
export async function settle<T>(promise: Promise<T>, done: (loaded: Loadable<T>) => void): Promise<void> {
  let loaded: Loadable<T>;
  try {
    loaded = { status: 'ready', value: await promise };
  } catch (error) {
    loaded = { status: 'failed', failure: failureOf(error) };
  }
  done(loaded);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TsyndError) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error) };
}
