import { rm } from 'node:fs/promises';
import path from 'node:path';

import { readIfPresent } from '../data/readIfPresent.ts';
import { makeFolder, writeFileAtomic } from '../data/safeWrite.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { Method } from '../protocol/settings.ts';
import { FORMAT_VERSION, formatManifest, parseManifest, type RunManifest } from './runManifest.ts';
import { fileNameOf, makeStampedFolder } from './stampedFolder.ts';

/** Where everything in a run's folder lies. */
export interface RunPaths {
  readonly root: string;
  readonly manifest: string;
  readonly metrics: string;
  readonly samples: string;
  readonly curation: string;
  readonly synthetic: string;
  readonly explanations: string;
  /** Holds a folder for each scoring of a dataset. */
  readonly scores: string;
  readonly checkpoints: string;
  readonly autoencoder: string;
  readonly classifier: string;
  /** All that is needed to go on from the last complete epoch. */
  readonly resumeState: string;
  readonly subsetIndices: string;
  readonly lock: string;
  /** Held by the process in which a person curates the run; a run may train and be curated at once. */
  readonly curationLock: string;
}

export function runPaths(root: string): RunPaths {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    manifest: at('run.json'),
    metrics: at('metrics.jsonl'),
    samples: at('samples.jsonl'),
    curation: at('curation.jsonl'),
    synthetic: at('synthetic'),
    explanations: at('explanations'),
    scores: at('scores'),
    checkpoints: at('checkpoints'),
    autoencoder: at('checkpoints', 'autoencoder.safetensors'),
    classifier: at('checkpoints', 'classifier.safetensors'),
    resumeState: at('checkpoints', 'resume.safetensors'),
    subsetIndices: at('subset.json'),
    lock: at('run.lock'),
    curationLock: at('curation.lock'),
  };
}

/** A manifest without what the folder itself decides. */
export type NewManifest = Omit<RunManifest, 'formatVersion' | 'id' | 'createdAt'>;

/** Where a new run goes: into a new folder in `out`, which is created when missing, or into exactly this `folder`. */
export type RunPlace = { readonly out: string } | { readonly folder: string };

export type NewRun = RunPlace & {
  readonly method: Method;
  readonly createdAt: Date;
  readonly manifest: NewManifest;
  /** Positions in the training split that the classifier sees, for the file that the manifest names. */
  readonly subsetIndices?: Iterable<number>;
};

/** A run on the disk: its paths, and its manifest as last read or written by this process. */
export class RunFolder {
  readonly paths: RunPaths;
  private current: RunManifest;

  private constructor(root: string, manifest: RunManifest) {
    this.paths = runPaths(root);
    this.current = manifest;
  }

  /**
   * Makes the folder `<out>/<yyyymmdd-hhmmss>-<dataset>-<method>` (time in UTC; `-2`, `-3`, ... at its end when the
   * name is taken) with its run.json and empty folders for images and checkpoints. An exact folder may hold files
   * already, say the autoencoder's checkpoint, but no run.
   *
   * Throws TsyndError 'file/write' when the folder cannot be written, 'settings/invalid' when it holds a run.
   */
  static async create(request: NewRun): Promise<RunFolder> {
    const { method, createdAt, manifest, subsetIndices } = request;
    const name = `${fileNameOf(manifest.dataset.name)}-${method}`;
    const root =
      'folder' in request
        ? await makeExactFolder(path.resolve(request.folder))
        : await makeStampedFolder(path.resolve(request.out), createdAt, name);
    const run = new RunFolder(root, {
      formatVersion: FORMAT_VERSION,
      id: path.basename(root),
      createdAt: createdAt.toISOString(),
      ...manifest,
    });
    try {
      await makeFolder(run.paths.synthetic);
      await makeFolder(run.paths.checkpoints);
      if (subsetIndices) {
        await writeFileAtomic(run.paths.subsetIndices, `${JSON.stringify([...subsetIndices])}\n`);
      }
      // Comes last: a folder without it is no run.
      await run.writeManifest(run.current);
    } catch (error) {
      // What lies in a folder that was given is not this run's to remove.
      if (!('folder' in request)) await rm(root, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    return run;
  }

  /** Throws TsyndError 'run/not-found' when there is no run in the folder, 'run/corrupt' when run.json is damaged. */
  static async open(folder: string): Promise<RunFolder> {
    const root = path.resolve(folder);
    const { manifest: file } = runPaths(root);
    const bytes = await readIfPresent(file);
    if (bytes !== undefined) return new RunFolder(root, parseManifest(bytes.toString(), file));
    throw new TsyndError('run/not-found', `There is no run in ${root}: it has no run.json.`, {
      remedy: 'Choose the folder of one run; this one may have been deleted or moved.',
      details: { folder: root },
    });
  }

  get id(): string {
    return this.current.id;
  }

  get manifest(): RunManifest {
    return this.current;
  }

  /** Changes some fields and replaces run.json at once; a field given as undefined is removed. */
  async updateManifest(change: Partial<NewManifest>): Promise<void> {
    await this.writeManifest({ ...this.current, ...change });
  }

  private async writeManifest(manifest: RunManifest): Promise<void> {
    await writeFileAtomic(this.paths.manifest, formatManifest(manifest));
    this.current = manifest;
  }
}

async function makeExactFolder(root: string): Promise<string> {
  await makeFolder(root);
  if ((await readIfPresent(runPaths(root).manifest)) === undefined) return root;
  throw new TsyndError('settings/invalid', `There is a run in ${root} already.`, {
    remedy: 'Go on with it, or choose another folder.',
    details: { folder: root },
  });
}
