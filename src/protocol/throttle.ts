export interface Throttle<T> {
  /** Passes a value on, or keeps it in place of an older one that still waits. */
  readonly report: (value: T) => void;
  /** Passes on what waits; what is reported afterwards is dropped. */
  readonly stop: () => void;
}

/** Passes on a value at once where none went in the last interval, and else the newest at the interval's end. */
export function throttle<T>(intervalMs: number, send: (value: T) => void): Throttle<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: { readonly value: T } | undefined;
  let isStopped = false;
  const sendNewest = (): void => {
    if (newest) send(newest.value);
    newest = undefined;
  };
  const flush = (): void => {
    timer = newest ? setTimeout(flush, intervalMs) : undefined;
    sendNewest();
  };
  return {
    report: (value) => {
      if (isStopped) return;
      newest = { value };
      if (timer === undefined) flush();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      sendNewest();
    },
  };
}
