import { throwIfCancelled, type Dataset, type LabelledImages } from '../data/dataset.ts';
import type { TrainingSet } from '../data/trainingSet.ts';
import type { Device } from '../engine/devices/device.ts';
import { deriveKey, randomKey, type RandomKey } from '../engine/random.ts';
import type { GenerateSettings } from '../protocol/settings.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import type { ModelConfigs } from './modelConfigs.ts';

/** All that the stages of a run share. */
export interface RunSession {
  readonly run: RunFolder;
  readonly settings: GenerateSettings;
  readonly dataset: Dataset;
  /** The training images whose labels the classifier sees. */
  readonly subset: LabelledImages<'train'>;
  readonly configs: ModelConfigs;
  readonly device: Device;
  readonly signal: AbortSignal | undefined;
}

/** A session that trains. One that only looks at a run does without the pool, which may be gone by then. */
export interface TrainingSession extends RunSession {
  /** What the classifier is trained on, part by part: the subset, a pool of synthetic images, or both. */
  readonly trainingSet: TrainingSet;
}

/** The key of one purpose in a run; everything random in it derives from the run's seed. */
export function runKey(
  { settings }: Pick<RunSession, 'settings'>,
  ...purpose: readonly (string | number)[]
): RandomKey {
  return deriveKey(randomKey(settings.seed), ...purpose);
}

/** Throws TsyndError 'cancelled' once the run was asked to stop. */
export function checkStop({ signal }: RunSession): void {
  throwIfCancelled(signal, 'The run');
}
