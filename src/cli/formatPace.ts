import type { Pace, ProgressEvent } from '../jobs/stagePace.ts';
import { formatDuration } from './formatDuration.ts';

/** `12.3 steps/s, 1 min 05 s left`; empty while nothing is known. */
export function formatPace(pace: Pace | undefined, { unit }: ProgressEvent): string {
  if (!pace) return '';
  const { rate, secondsLeft } = pace;
  return `${rate.toFixed(rate < 10 ? 1 : 0)} ${unit}/s, ${formatDuration(secondsLeft)} left`;
}
