import type { RunSummary } from '../../protocol/runSummary.ts';

/** e.g. `breastmnist · baseline | mi`. */
export function compareTitle([first, second]: readonly [RunSummary, RunSummary]): string {
  const [one, other] = [first, second].map(({ settings, id }) => settings?.method ?? id);
  return `${first.dataset?.name ?? first.id} · ${one} | ${other}`;
}
