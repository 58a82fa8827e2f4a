export interface Throttled<T> {
  readonly call: (value: T) => void;
  /** Does at once what still waits. */
  readonly flush: () => void;
}

/** Calls with the newest value, at most once in an interval. */
export function throttled<T>(intervalMs: number, action: (value: T) => void): Throttled<T> {
  let waiting: { readonly value: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    action(value);
  };
  return {
    call: (value) => {
      waiting = { value };
      timer ??= setTimeout(flush, intervalMs);
    },
    flush,
  };
}
