import type { RunProgress } from '../../protocol/computeApi.ts';
import type { GenerateChoices } from '../../protocol/generateChoices.ts';
import { isLatentMethod } from '../../protocol/methods.ts';

/** `classifier · epoch 3 · loss 0.412 · AUC 0.871 · 2 min left`, with what is known of it. */
export function describeProgress(progress: RunProgress): string {
  const { stage, trying, done, total, epoch, loss, valAuroc, secondsLeft } = progress;
  if (stage === 'dataset')
    return trying === undefined ? 'reading the dataset' : `trying the device ${trying}`;
  return joinParts([
    stage,
    stage === 'samples' && total > 0 ? `${done} of ${total}` : undefined,
    epoch === undefined ? undefined : `epoch ${epoch}`,
    loss === undefined ? undefined : `loss ${formatLoss(loss)}`,
    valAuroc === undefined ? undefined : `AUC ${formatAuroc(valAuroc)}`,
    secondsLeft === undefined ? undefined : `${formatTimeLeft(secondsLeft)} left`,
  ]);
}

/** What is done of the stage, in whole percent that never say 100 too early; undefined while that is not known. */
export function percentOf({ stage, done, total }: RunProgress): number | undefined {
  if (stage === 'dataset' || total <= 0) return undefined;
  return Math.min(100, Math.floor((100 * done) / total));
}

export function formatLoss(loss: number): string {
  return Math.abs(loss) >= 0.01 || loss === 0 ? loss.toFixed(3) : loss.toPrecision(2);
}

export function formatAuroc(auroc: number): string {
  return auroc.toFixed(3);
}

/** An estimate, as coarse as it deserves: `40 s`, `2 min`, `2 h 10 min`. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 55) return `${Math.max(1, Math.ceil(seconds / 5)) * 5} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A measured time: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatElapsed(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `2026-11-21 00:37`, where the person is. */
export function formatDate(iso: string): string {
  const time = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function formatSamples(count: number): string {
  return count === 1 ? '1 sample' : `${count.toLocaleString('en')} samples`;
}

/** What is there of the parts, with the dot that VS Code puts between such. */
export function joinParts(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** The stages that a run of these settings goes through, the dataset's reading included. */
export function stagesOf({
  method,
  count,
}: Pick<GenerateChoices, 'method' | 'count'>): readonly RunProgress['stage'][] {
  const isLatent = isLatentMethod(method);
  const makesSamples = count === undefined ? isLatent : count > 0;
  const needsAutoencoder = isLatent || makesSamples;
  return [
    'dataset',
    ...(needsAutoencoder ? (['autoencoder'] as const) : []),
    'classifier',
    ...(makesSamples ? (['samples'] as const) : []),
  ];
}
