import { stat } from 'node:fs/promises';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { requireLayer } from '../../explain/classActivation.ts';
import type { MapRequest } from '../../protocol/explanations.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { checkpointGone } from '../checkpoints.ts';
import { LruCache } from '../library/lruCache.ts';
import { modelConfigs, type ModelConfigs } from '../modelConfigs.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { noClassifier } from '../runClassifier.ts';
import { checkTarget } from './explainTarget.ts';
import { findAutoencoder, type FoundAutoencoder } from './findAutoencoder.ts';

/** A run with a finished classifier, as its images are explained. */
export interface ExplainedRun {
  readonly run: RunFolder;
  readonly configs: ModelConfigs;
  readonly classifierSha256: string;
  /** Where something is asked that needs one. */
  readonly autoencoder?: FoundAutoencoder & { readonly sha256: string };
}

/** Hashes of checkpoints that are kept; they are small. */
const KEPT_HASHES = 32;

/** Opens runs to explain images; a checkpoint is hashed again only when it has changed. */
export class ExplainedRuns {
  private readonly hashes = new LruCache<string>(KEPT_HASHES);

  /**
   * Throws TsyndError 'run/incomplete' where the run has no classifier yet, or no autoencoder can be found for
   * adversarial maps, 'settings/invalid' for a class or a layer that its classifier has not, and what `RunFolder.open`
   * and `readRunSettings` throw.
   *
   * @param comparedWith other runs whose images are explained through the same autoencoder
   */
  async open(
    runPath: string,
    request: MapRequest,
    comparedWith: readonly RunFolder[] = [],
  ): Promise<ExplainedRun> {
    const run = await RunFolder.open(runPath);
    const configs = modelConfigs(run.manifest.dataset, readRunSettings(run));
    checkRequest(run, configs, request);
    const classifierSha256 = await this.hashOf(run.paths.classifier);
    if (classifierSha256 === undefined) throw noClassifier(run);
    if (request.kind === 'saliency') return { run, configs, classifierSha256 };
    const found = await findAutoencoder(run, comparedWith);
    const sha256 = await this.hashOf(found.file);
    if (sha256 === undefined) throw checkpointGone(found.file);
    return { run, configs, classifierSha256, autoencoder: { ...found, sha256 } };
  }

  private async hashOf(file: string): Promise<string | undefined> {
    const found = await stat(file).catch(() => undefined);
    if (!found) return undefined;
    return this.hashes.get(`${file}\0${found.size}\0${found.mtimeMs}`, () => sha256OfFile(file));
  }
}

function checkRequest(
  { manifest }: RunFolder,
  { classifier: { architecture } }: ModelConfigs,
  { kind, choices }: MapRequest,
): void {
  checkTarget(choices.target, manifest.dataset.classNames);
  if (kind === 'adversarial') return;
  requireLayer(architecture, choices.layer);
}
