import assert from 'node:assert/strict';

const POLL_MS = 100;

/** Looks again and again until what is read is as wanted; then says what it was instead. */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T> | T,
  isWanted: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() - startedAt > timeoutMs) {
      assert.fail(`${what}: still ${JSON.stringify(value)} after ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Waits until what is read equals the wanted value. */
export function waitForEqual<T>(
  what: string,
  read: () => Promise<T> | T,
  wanted: T,
  timeoutMs?: number,
): Promise<T> {
  const text = JSON.stringify(wanted);
  return waitFor(`${what}, wanted ${text}`, read, (value) => JSON.stringify(value) === text, timeoutMs);
}
