/** Runs a job to its end, whatever it tells on the way. */
export async function resultOf<T>(job: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const next = await job.next();
    if (next.done) return next.value;
  }
}
