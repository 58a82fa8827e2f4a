import { Throttle } from './throttle.ts';

export interface ThrottledValues<T> {
  /** Passes a value on, or keeps it in place of an older one that still waits. */
  readonly report: (value: T) => void;
  /** Passes on what waits; what is reported afterwards is dropped. */
  readonly stop: () => void;
}

/** Passes on a value at once where none went in the last interval, and else the newest at the interval's end. */
export function throttleValues<T>(intervalMs: number, send: (value: T) => void): ThrottledValues<T> {
  let newest: { readonly value: T } | undefined;
  let isStopped = false;
  const sendNewest = (): void => {
    if (newest) send(newest.value);
    newest = undefined;
  };
  const timing = new Throttle(sendNewest, intervalMs);
  return {
    report: (value) => {
      if (isStopped) return;
      newest = { value };
      timing.request();
    },
    stop: () => {
      isStopped = true;
      timing.dispose();
      sendNewest();
    },
  };
}
