import type { Notice } from '../../src/protocol/runSummary.ts';

/** What was not dismissed, each once. */
export function openNotices(notices: readonly Notice[], dismissed: readonly string[]): Notice[] {
  return notices.filter(
    ({ message }, index) =>
      !dismissed.includes(message) && notices.findIndex((other) => other.message === message) === index,
  );
}

/** Of the dismissed messages those that stay so: what is over is told again when it happens again. */
export function stillDismissed(
  dismissed: readonly string[],
  before: readonly Notice[],
  now: readonly Notice[],
): string[] {
  const has = (notices: readonly Notice[], text: string): boolean =>
    notices.some(({ message }) => message === text);
  return dismissed.filter((text) => !has(before, text) || has(now, text));
}
