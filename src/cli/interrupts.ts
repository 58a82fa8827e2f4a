const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a shell expects of a program that was interrupted. */
export const INTERRUPTED_EXIT_CODE = 130;

/**
 * Does work that can be interrupted: the first Ctrl-C (or SIGTERM, or a closed terminal) aborts the signal that the
 * work was given, so that it stops where it can go on later; the second one ends the program at once.
 */
export async function withInterrupts<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    process.stderr.write('\nStopping as soon as this step is done; press Ctrl-C again to stop at once.\n');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
