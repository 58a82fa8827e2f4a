import type { RunSummary } from '../../src/protocol/runSummary.ts';

/** What tells two runs apart in one word: their methods, or their ids where these are the same. */
export function runNames([first, second]: readonly [RunSummary, RunSummary]): readonly [string, string] {
  const methods = [first, second].map(({ settings }) => settings?.method);
  const [one, other] = methods;
  return one !== undefined && other !== undefined && one !== other ? [one, other] : [first.id, second.id];
}
