import type { Device } from '../../engine/devices/device.ts';
import { AdversarialSearch } from '../../explain/adversarialSearch.ts';
import { SaliencyProgram } from '../../explain/saliencyProgram.ts';
import type { ModelState } from '../../nn/modelState.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { readAutoencoder, readClassifier } from '../checkpoints.ts';
import { openDevice } from '../openDevice.ts';
import { ClassProbabilities } from './classProbabilities.ts';
import type { ExplainedRun } from './explainedRun.ts';
import { ProgramCache } from './programCache.ts';

/** Programs of a kind that are kept: both sizes of batch, of two runs that are compared. */
const KEPT = 4;

/**
 * The programs that explain images, of the networks used last. They are named by the checksums of their networks, so
 * that those of a checkpoint that has changed are not found any more. What one call gives may be freed by the next one.
 *
 * Always on the processor, which every machine has and which leaves a graphics card to the run that trains on it.
 */
export class ExplainPrograms {
  private readonly saliencyPrograms = new ProgramCache<SaliencyProgram>(KEPT);
  private readonly searches = new ProgramCache<AdversarialSearch>(KEPT);
  private readonly predictions = new ProgramCache<ClassProbabilities>(KEPT);
  private device: Promise<Device> | undefined;

  /** Throws TsyndError 'run/corrupt' for a damaged classifier, as all of these. */
  saliency(explained: ExplainedRun, layer: string, batchSize: number): Promise<SaliencyProgram> {
    return this.saliencyPrograms.get(keyOf(explained, layer, batchSize), async () => {
      const config = { ...explained.configs, layer, batchSize };
      return SaliencyProgram.create(await this.openDevice(), config, await classifierOf(explained));
    });
  }

  probabilities(explained: ExplainedRun, batchSize: number): Promise<ClassProbabilities> {
    return this.predictions.get(keyOf(explained, batchSize), async () => {
      const config = { ...explained.configs, batchSize };
      return ClassProbabilities.create(await this.openDevice(), config, await classifierOf(explained));
    });
  }

  /** Throws RangeError for a run that was opened without an autoencoder. */
  adversarial(explained: ExplainedRun, batchSize: number): Promise<AdversarialSearch> {
    const { autoencoder: found, configs } = explained;
    if (!found) throw new RangeError(`Run ${explained.run.id} was opened without an autoencoder.`);
    return this.searches.get(keyOf(explained, found.sha256, batchSize), async () => {
      const autoencoder = (await readAutoencoder(found.file, found.config)) ?? throwGone(found.file);
      const states = { autoencoder: autoencoder.state, classifier: await classifierOf(explained) };
      const config = { ...configs, autoencoder: found.config, batchSize };
      return AdversarialSearch.create(await this.openDevice(), config, states);
    });
  }

  async dispose(): Promise<void> {
    for (const cache of [this.saliencyPrograms, this.searches, this.predictions]) await cache.dispose();
    await (await this.device)?.dispose();
    this.device = undefined;
  }

  private openDevice(): Promise<Device> {
    this.device ??= openDevice('cpu').then(
      ({ device }) => device,
      (error: unknown) => {
        this.device = undefined;
        throw error;
      },
    );
    return this.device;
  }
}

function keyOf({ classifierSha256, configs }: ExplainedRun, ...rest: readonly (string | number)[]): string {
  return JSON.stringify([classifierSha256, configs.imageSize, ...rest]);
}

async function classifierOf({ run, configs }: ExplainedRun): Promise<ModelState> {
  const { classifier: file } = run.paths;
  return (await readClassifier(file, configs.classifier)) ?? throwGone(file);
}

function throwGone(file: string): never {
  throw new TsyndError('run/corrupt', `The checkpoint ${file} was removed while it was read.`, {
    remedy: 'Restore the file, or choose another run.',
  });
}
