import { AdversarialSearch } from '../../explain/adversarialSearch.ts';
import { SaliencyProgram } from '../../explain/saliencyProgram.ts';
import type { ModelState } from '../../nn/modelState.ts';
import { checkpointGone, readAutoencoder } from '../checkpoints.ts';
import { Predictor } from '../predictor.ts';
import { Processor } from '../processor.ts';
import { readRunClassifier } from '../runClassifier.ts';
import type { ExplainedRun } from './explainedRun.ts';
import { ProgramCache } from './programCache.ts';

/** Programs of a kind that are kept: both sizes of batch, of two runs that are compared. */
const KEPT = 4;

/**
 * The programs that explain images, of the networks used last. They are named by the checksums of their networks, so
 * that those of a checkpoint that has changed are not found any more. What one call gives may be freed by the next one.
 */
export class ExplainPrograms {
  private readonly saliencyPrograms = new ProgramCache<SaliencyProgram>(KEPT);
  private readonly searches = new ProgramCache<AdversarialSearch>(KEPT);
  private readonly predictors = new ProgramCache<Predictor>(KEPT);
  private readonly processor = new Processor();

  /** Throws TsyndError 'run/corrupt' for a damaged classifier, as all of these. */
  saliency(explained: ExplainedRun, layer: string, batchSize: number): Promise<SaliencyProgram> {
    return this.saliencyPrograms.get(keyOf(explained, layer, batchSize), async () => {
      const config = { ...explained.configs, layer, batchSize };
      return SaliencyProgram.create(await this.processor.open(), config, await classifierOf(explained));
    });
  }

  predictor(explained: ExplainedRun, batchSize: number): Promise<Predictor> {
    return this.predictors.get(keyOf(explained, batchSize), async () => {
      const { configs } = explained;
      return Predictor.create(await this.processor.open(), configs, batchSize, await classifierOf(explained));
    });
  }

  /** Throws RangeError for a run that was opened without an autoencoder. */
  adversarial(explained: ExplainedRun, batchSize: number): Promise<AdversarialSearch> {
    const { autoencoder: found, configs } = explained;
    if (!found) throw new RangeError(`Run ${explained.run.id} was opened without an autoencoder.`);
    return this.searches.get(keyOf(explained, found.sha256, batchSize), async () => {
      const autoencoder = await readAutoencoder(found.file, found.config);
      if (!autoencoder) throw checkpointGone(found.file);
      const states = { autoencoder: autoencoder.state, classifier: await classifierOf(explained) };
      const config = { ...configs, autoencoder: found.config, batchSize };
      return AdversarialSearch.create(await this.processor.open(), config, states);
    });
  }

  async dispose(): Promise<void> {
    for (const cache of [this.saliencyPrograms, this.searches, this.predictors]) await cache.dispose();
    await this.processor.dispose();
  }
}

function keyOf({ classifierSha256, configs }: ExplainedRun, ...rest: readonly (string | number)[]): string {
  return JSON.stringify([classifierSha256, configs.imageSize, ...rest]);
}

function classifierOf({ run, configs }: ExplainedRun): Promise<ModelState> {
  return readRunClassifier(run, configs.classifier);
}
