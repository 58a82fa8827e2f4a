import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '../../data/fileDigest.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { runPaths } from '../../runs/runFolder.ts';
import { drawSubset } from '../drawSubset.ts';
import type { RunOrigin } from '../newManifest.ts';
import { programVersions } from '../versions.ts';

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
  async lend(run: string, origin: RunOrigin): Promise<void> {
    const [shared, own] = [this.fileOf(origin), runPaths(run).autoencoder];
    if (existsSync(shared) && !existsSync(own)) await copy(shared, own);
  }

  /** Keeps the autoencoder of a run, where it is finished and not known yet. */
  async keep(run: string, origin: RunOrigin): Promise<void> {
    const [shared, own] = [this.fileOf(origin), runPaths(run).autoencoder];
    if (existsSync(own) && !existsSync(shared)) await copy(own, shared);
  }

  private fileOf({ settings, dataset, opened }: RunOrigin): string {
    const { autoencoder, seed, splitSeed = seed, skipUnreadable, precision } = settings;
    const origin = {
      autoencoder,
      seed,
      dataset: dataset.sha256,
      imageSize: dataset.imageSize,
      ...(dataset.splitSource === 'drawn' ? { splitSeed } : {}),
      skipUnreadable,
      ...(precision === undefined ? {} : { precision }),
      ...(autoencoder.data === 'subset' ? { subset: [...drawSubset(dataset, settings).indices] } : {}),
      device: { name: opened.device.name, threads: opened.threads },
      versions: programVersions(),
    };
    return path.join(this.folder, `${sha256Of(JSON.stringify(origin)).slice(0, 32)}.safetensors`);
  }
}

async function copy(from: string, to: string): Promise<void> {
  await makeFolder(path.dirname(to));
  await writeFileAtomic(to, await readFile(from));
}
