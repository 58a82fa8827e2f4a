import type { ProcessStatus } from '../processes/processClient.ts';

export type ProcessName = 'library' | 'compute';

/**
 * Which of our processes a person wants to have restarted: those that are down, so that a run trains on while only the
 * other process is mended; where none is, all.
 */
export function processesToRestart(
  statuses: Readonly<Record<ProcessName, ProcessStatus>>,
): readonly ProcessName[] {
  const names = ['library', 'compute'] as const;
  const down = names.filter((name) => ['crashed', 'failed'].includes(statuses[name].health));
  return down.length > 0 ? down : names;
}
