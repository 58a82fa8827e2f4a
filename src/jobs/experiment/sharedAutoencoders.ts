import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../../data/dataset.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import type { GenerateSettings } from '../../protocol/settings.ts';
import { runPaths } from '../../runs/runFolder.ts';
import { drawSubset } from '../generate.ts';
import type { OpenedDevice } from '../openDevice.ts';
import { programVersions } from '../versions.ts';

/** All that decides the bytes of a run's autoencoder. */
export interface AutoencoderOrigin {
  readonly settings: GenerateSettings;
  readonly dataset: Dataset;
  readonly opened: OpenedDevice;
}

/**
 * Finished autoencoders of an experiment. A run that would train the same one, to the last bit, gets it instead: each is
 * kept under a hash of all that decides its bytes.
 */
export class SharedAutoencoders {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Gives a run its autoencoder, where it is known and the run has none. */
  async lend(run: string, origin: AutoencoderOrigin): Promise<void> {
    const [shared, own] = [this.fileOf(origin), runPaths(run).autoencoder];
    if (existsSync(shared) && !existsSync(own)) await copy(shared, own);
  }

  /** Keeps the autoencoder of a run, where it is finished and not known yet. */
  async keep(run: string, origin: AutoencoderOrigin): Promise<void> {
    const [shared, own] = [this.fileOf(origin), runPaths(run).autoencoder];
    if (existsSync(own) && !existsSync(shared)) await copy(own, shared);
  }

  private fileOf({ settings, dataset, opened }: AutoencoderOrigin): string {
    const { autoencoder, seed, splitSeed = seed, skipUnreadable } = settings;
    const origin = {
      autoencoder,
      seed,
      dataset: dataset.sha256,
      imageSize: dataset.imageSize,
      ...(dataset.splitSource === 'drawn' ? { splitSeed } : {}),
      skipUnreadable,
      ...(autoencoder.data === 'subset' ? { subset: [...drawSubset(dataset, settings).indices] } : {}),
      device: { name: opened.device.name, threads: opened.threads },
      versions: programVersions(),
    };
    const hash = createHash('sha256').update(JSON.stringify(origin)).digest('hex');
    return path.join(this.folder, `${hash.slice(0, 32)}.safetensors`);
  }
}

async function copy(from: string, to: string): Promise<void> {
  await makeFolder(path.dirname(to));
  await writeFileAtomic(to, await readFile(from));
}
