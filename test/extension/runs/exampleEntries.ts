import type { RunProgress } from '../../../src/protocol/computeApi.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { PRESET_SETTINGS, type GenerateSettings } from '../../../src/protocol/settings.ts';
import type { RunEntry, RunJob } from '../../../src/extension/runs/runStore.ts';

export const FOLDER = '/w/.tsynd/runs/20261121-003700-breastmnist-mi';

export const JOB: Extract<RunJob, { kind: 'generate' }> = {
  kind: 'generate',
  datasetPath: '/w/breastmnist.npz',
  device: 'auto',
  choices: { method: 'mi', preset: 'quick', count: 64, seed: 1, fraction: 1 },
};

export const SETTINGS: GenerateSettings = {
  preset: 'quick',
  method: 'mi',
  count: 64,
  seed: 1,
  fraction: 1,
  skipUnreadable: false,
  ...PRESET_SETTINGS.quick,
};

export const PROGRESS: RunProgress = {
  folder: FOLDER,
  device: 'CPU, 2 threads',
  stage: 'classifier',
  done: 52,
  total: 120,
  unit: 'steps',
  loss: 0.4123,
  epoch: 3,
  valAuroc: 0.8708,
  secondsLeft: 118,
  warnings: [],
};

/** A finished run with what a test is about. */
export function exampleSummary(change: Partial<RunSummary> = {}): RunSummary {
  return {
    folder: FOLDER,
    id: '20261121-003700-breastmnist-mi',
    status: 'finished',
    isElsewhere: false,
    createdAt: '2026-11-21T00:37:00.000Z',
    stage: 'samples',
    settings: SETTINGS,
    device: 'cpu',
    dataset: {
      name: 'breastmnist',
      path: '/w/breastmnist.npz',
      format: 'npz',
      task: 'binary-class',
      classNames: ['malignant', 'benign'],
      channels: 1,
      imageSize: 28,
      sha256: '0'.repeat(64),
    },
    seconds: 92.4,
    samples: 64,
    valAuroc: 0.9071,
    bestEpoch: 9,
    lastEpoch: { stage: 'classifier', epoch: 12, loss: 0.3018, auroc: 0.9 },
    ...change,
  };
}

export function idleEntry(change: Partial<RunSummary> = {}, extra: Partial<RunEntry> = {}): RunEntry {
  return { key: FOLDER, state: 'idle', summary: exampleSummary(change), ...extra };
}

export function runningEntry(change: Partial<RunProgress> = {}, extra: Partial<RunEntry> = {}): RunEntry {
  return { key: 'job-1', state: 'running', job: JOB, progress: { ...PROGRESS, ...change }, ...extra };
}
