import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { AutoencoderConfig } from '../../models/vqvae.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { modelConfigs } from '../modelConfigs.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { hasSameImages } from './comparableRuns.ts';

/** The autoencoder through whose latents a run's classifier is explained. */
export interface FoundAutoencoder {
  /** The run that it was trained in. */
  readonly run: RunFolder;
  readonly config: AutoencoderConfig;
  /** Its checkpoint. */
  readonly file: string;
}

/**
 * The run's own autoencoder or, as a baseline is trained without one, that of another run of the same images in the
 * folder that holds the run: one with the run's seed and share of the labels comes first, then the oldest, so that the
 * choice stays the same while runs are added.
 *
 * Runs that are compared are explained through one autoencoder, or what it can draw would be compared, too: the oldest
 * that any of them has, whichever of them is asked about.
 *
 * Throws TsyndError 'run/incomplete' when there is none.
 */
export async function findAutoencoder(
  run: RunFolder,
  comparedWith: readonly RunFolder[] = [],
): Promise<FoundAutoencoder> {
  const candidates = [run, ...comparedWith.filter((other) => hasSameImages(run, other))].sort(byAge);
  const found = candidates.find(hasAutoencoder) ?? (await neighbours(run)).find(hasAutoencoder);
  if (found) {
    const { autoencoder } = modelConfigs(found.manifest.dataset, readRunSettings(found));
    return { run: found, config: autoencoder, file: found.paths.autoencoder };
  }
  throw new TsyndError(
    'run/incomplete',
    `Run ${run.id} has no autoencoder, and no run of the same images beside it has one.`,
    {
      remedy: 'Go on with the run, or for a baseline make a run of the mi method on the same dataset first.',
    },
  );
}

function hasAutoencoder({ paths }: RunFolder): boolean {
  return existsSync(paths.autoencoder);
}

async function neighbours(run: RunFolder): Promise<RunFolder[]> {
  const parent = path.dirname(run.paths.root);
  const names = await readdir(parent).catch(() => []);
  const opened = await Promise.all(
    // What is no run, or a damaged one, is not for us to tell.
    names.map((name) => RunFolder.open(path.join(parent, name)).catch(() => undefined)),
  );
  const rank = ({ manifest }: RunFolder): number =>
    manifest.seed === run.manifest.seed && manifest.settings.fraction === run.manifest.settings.fraction
      ? 0
      : 1;
  return opened
    .filter((other) => other !== undefined)
    .filter((other) => hasSameImages(run, other))
    .sort((a, b) => rank(a) - rank(b) || byAge(a, b));
}

function byAge(a: RunFolder, b: RunFolder): number {
  if (a.manifest.createdAt === b.manifest.createdAt) return a.id < b.id ? -1 : 1;
  return a.manifest.createdAt < b.manifest.createdAt ? -1 : 1;
}
