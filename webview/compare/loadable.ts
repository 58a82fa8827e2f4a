import { TsyndError } from '../../src/protocol/errors.ts';

/** A failure in the words of whoever failed. */
export interface Failure {
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** Something that is asked for. */
export type Loadable<T> =
  | { readonly status: 'waiting' }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure };

export const WAITING = { status: 'waiting' } as const;

export function ready<T>(value: T): Loadable<T> {
  return { status: 'ready', value };
}

export function failed(error: unknown): { readonly status: 'failed'; readonly failure: Failure } {
  if (error instanceof TsyndError) {
    return { status: 'failed', failure: { message: error.message, remedy: error.remedy } };
  }
  return { status: 'failed', failure: { message: error instanceof Error ? error.message : String(error) } };
}
