/** What writing to a pipe without a reader fails with, and to a terminal that was closed. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

/** A reader that goes away (`tsynd ... | head`, an editor that was killed) must neither break off a run nor be told. */
export function ignoreClosedOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!GONE.has(error.code)) throw error;
    });
  }
}
