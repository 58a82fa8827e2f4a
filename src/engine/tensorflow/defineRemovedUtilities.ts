import util from 'node:util';

/** Functions of Node's `util` that Node 23 removed, and TensorFlow.js 4.22 calls (tensorflow/tfjs pull request 8425). */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** Defines what of them is missing. */
export function defineRemovedUtilities(): void {
  const functions: Record<string, unknown> = util;
  for (const [name, compute] of Object.entries(REMOVED)) functions[name] ??= compute;
}
