import type { ErrorCode } from './errors.ts';

/** The version of everything in this folder that crosses a process boundary; both ends must have the same. */
export const PROTOCOL_VERSION = 1;

/** An error as data. Stacks go to the log of the process that threw, never across. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** Everything that goes over a boundary, in both directions. */
export type Envelope =
  /** The first message of each end; `isReply` answers the other end's, which may have come later than ours went. */
  | { readonly type: 'hello'; readonly protocolVersion: number; readonly isReply: boolean }
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  /** A full snapshot, so that any may be dropped; at most 10 a second. */
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  /** Exactly one a request, also after `cancel`. */
  | { readonly type: 'result'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly ok: false; readonly error: WireError }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'event'; readonly name: string; readonly value: unknown };

/** One method of a boundary. */
export interface Method {
  readonly params: unknown;
  readonly result: unknown;
  readonly progress?: unknown;
}

/** All methods that one end answers; write `A extends Api<A>`, so that an interface will do. */
export type Api<A> = { readonly [M in keyof A]: Method };

/** Of an end that answers nothing. */
export type NoApi = object;

/** The name of a method or event. */
export type NameOf<A> = keyof A & string;
