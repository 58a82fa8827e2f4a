import { TsyndError } from '../../src/protocol/errors.ts';

/** A failure in the words of whoever failed. */
export interface Failure {
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** Something that is asked for. */
export type Loadable<T> =
  /** `isSlow` after a while, where a person wants to know why. */
  | { readonly status: 'waiting'; readonly isSlow: boolean }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

/** When waiting for a model needs a word. */
export const SLOW_MS = 2000;

export const WAITING = { status: 'waiting', isSlow: false } as const;

export function ready<T>(value: T): Loadable<T> {
  return { status: 'ready', value };
}

export function failed(error: unknown): { readonly status: 'failed'; readonly failure: Failure } {
  return { status: 'failed', failure: failureOf(error) };
}

/** Waits for the end of a request, whichever it is. */
export function settled<T>(request: Promise<T>): Promise<Loadable<T>> {
  return request.then(ready, failed);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TsyndError) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error) };
}
