/** Time between two reports of progress, in ms. */
const BETWEEN_REPORTS = 300;

/** Tells, asked after every step, whether the last time that it said so is long enough ago for another report. */
export function readingPace(now: () => number = () => performance.now()): () => boolean {
  let last = now();
  return () => {
    const time = now();
    if (time - last < BETWEEN_REPORTS) return false;
    last = time;
    return true;
  };
}
