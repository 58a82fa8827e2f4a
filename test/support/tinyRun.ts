import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { randomKey, uniforms } from '../../src/engine/random.ts';
import { generate, type GenerateResult } from '../../src/jobs/generate.ts';
import type { JobEvent } from '../../src/jobs/progress.ts';
import { PRESET_SETTINGS, type GenerateSettings } from '../../src/protocol/settings.ts';
import { bytesOf, npyOf, zipOf } from '../data/helpers.ts';

export type TinyTask = 'binary-class' | 'multi-class' | 'multi-label';

const SIDE = 8;
const CLASSES: Readonly<Record<TinyTask, number>> = { 'binary-class': 2, 'multi-class': 3, 'multi-label': 3 };

export interface TinyDataset {
  readonly task?: TinyTask;
  readonly channels?: 1 | 3;
  /** Images of the splits train, val, test. */
  readonly counts?: readonly [number, number, number];
  /** Decides the noise of the test images alone. */
  readonly testSeed?: number;
}

/**
 * Writes an `.npz` archive of 8 x 8 images of noise. Image i belongs to class i mod K, which shows as a bright row;
 * multi-label images have one for each label that is set in the bits of i.
 */
export function writeTinyDataset(
  file: string,
  { task = 'binary-class', channels = 1, counts = [40, 12, 12], testSeed = 3 }: TinyDataset = {},
): string {
  const seeds = [1, 2, testSeed];
  const entries = ['train', 'val', 'test'].flatMap((split, index) => {
    const count = counts[index];
    const pixels = drawImages(task, channels, count, seeds[index]);
    const labels = Uint8Array.from(
      Array.from({ length: count }, (_, image) =>
        task === 'multi-label' ? labelsOf(task, image) : [image % CLASSES[task]],
      ).flat(),
    );
    const shape = channels === 1 ? [count, SIDE, SIDE] : [count, SIDE, SIDE, channels];
    return [
      { name: `${split}_images.npy`, bytes: npyOf('|u1', shape, bytesOf(pixels)) },
      { name: `${split}_labels.npy`, bytes: npyOf('|u1', [count, labels.length / count], bytesOf(labels)) },
    ];
  });
  writeFileSync(file, zipOf(entries));
  return file;
}

function drawImages(task: TinyTask, channels: number, count: number, seed: number): Uint8Array {
  const size = SIDE * SIDE * channels;
  const noise = uniforms(randomKey(seed), count * size);
  return Uint8Array.from(noise, (draw, position) => {
    const row = Math.floor((position % size) / (SIDE * channels));
    const isBright = labelsOf(task, Math.floor(position / size))[Math.floor(row / 2)] === 1;
    return Math.floor(80 * draw) + (isBright ? 150 : 0);
  });
}

/** [K] 0 or 1. */
function labelsOf(task: TinyTask, image: number): number[] {
  return Array.from({ length: CLASSES[task] }, (_, label) => {
    const isSet = task === 'multi-label' ? ((image >> label) & 1) === 1 : image % CLASSES[task] === label;
    return isSet ? 1 : 0;
  });
}

/** Settings with which a whole run takes a second or two. */
export const TINY_SETTINGS: GenerateSettings = {
  preset: 'quick',
  method: 'mi',
  count: 10,
  seed: 1,
  fraction: 1,
  skipUnreadable: false,
  autoencoder: {
    ...PRESET_SETTINGS.quick.autoencoder,
    hidden: 8,
    residualHidden: 4,
    residualLayers: 1,
    latentChannels: 4,
    codes: 16,
    updates: 12,
    batchSize: 8,
  },
  classifier: { ...PRESET_SETTINGS.quick.classifier, width: 4, duration: { epochs: 2 }, batchSize: 16 },
  generation: { ...PRESET_SETTINGS.quick.generation, steps: 2, numMcSamples: 4, batchSize: 4 },
};

/** Runs a job to its end; returns what it told and its result. */
export async function runToEnd<T>(
  job: AsyncGenerator<JobEvent, T>,
): Promise<{ events: JobEvent[]; result: T }> {
  const events: JobEvent[] = [];
  for (;;) {
    const next = await job.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

/** A finished run with tiny settings. */
export async function tinyRun(
  datasetPath: string,
  out: string,
  change: Partial<GenerateSettings> = {},
): Promise<GenerateResult> {
  const settings = { ...TINY_SETTINGS, ...change };
  return (await runToEnd(generate({ datasetPath, settings, device: 'cpu', threads: 1, out }))).result;
}

/** A run with tiny settings that was stopped before its first step; returns its folder. */
export async function stoppedRun(
  datasetPath: string,
  out: string,
  change: Partial<GenerateSettings> = {},
): Promise<string> {
  const settings = { ...TINY_SETTINGS, ...change };
  for await (const event of generate({ datasetPath, settings, device: 'cpu', threads: 1, out })) {
    if (event.type === 'run') return event.folder;
  }
  throw new Error('The run did not say where its folder is.');
}

const timed = z.looseObject({ secondsElapsed: z.number() });

/**
 * SHA-256 of every file of a run that must not depend on when, where and with how many interruptions it was made:
 * all but run.json, and metrics.jsonl without its times.
 */
export function fingerprint(folder: string): Record<string, string> {
  const prints: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.relative(folder, path.join(entry.parentPath, entry.name));
    if (!entry.isFile() || file === 'run.json') continue;
    const bytes = readFileSync(path.join(folder, file));
    const content = file === 'metrics.jsonl' ? withoutTimes(bytes.toString()) : bytes;
    prints[file] = createHash('sha256').update(content).digest('hex');
  }
  return prints;
}

function withoutTimes(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines
    .map((line) => JSON.stringify({ ...timed.parse(JSON.parse(line)), secondsElapsed: 0 }))
    .join('\n');
}
