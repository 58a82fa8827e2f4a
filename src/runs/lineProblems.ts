import type { LinesRead } from './growingLines.ts';

export const DAMAGED = ['is damaged and left out', 'are damaged and left out'] as const;
export const CUT_OFF = 'the last line was cut off while it was written; it is left out';

const MAX_NAMED_LINES = 5;

/** What was wrong with a file of lines, a sentence each; `name` is how they call it. */
export function lineProblems(name: string, { damagedLines, isTorn }: LinesRead<unknown>): string[] {
  return [describeLines(damagedLines, ...DAMAGED), isTorn ? CUT_OFF : undefined]
    .filter((problem) => problem !== undefined)
    .map((problem) => `${name}: ${problem}.`);
}

/** `lines 3, 5 and 8 are damaged`; undefined for no lines. */
export function describeLines(lines: readonly number[], one: string, many: string): string | undefined {
  if (lines.length === 0) return undefined;
  const sorted = lines.toSorted((a, b) => a - b);
  if (sorted.length === 1) return `line ${sorted[0]} ${one}`;
  const named = sorted.slice(0, MAX_NAMED_LINES);
  const rest = sorted.length - named.length;
  const last = rest > 0 ? `${rest} more` : String(named.pop());
  return `lines ${named.join(', ')} and ${last} ${many}`;
}
