import { stat } from 'node:fs/promises';
import { throwIfCancelled } from '../data/dataset.ts';
import type { DeviceTensor, Program } from '../engine/devices/device.ts';
import type { Prediction } from '../protocol/computeApi.ts';
import type { ImageRef } from '../protocol/imageData.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { traceUncertainty } from '../tsynd/monteCarlo.ts';
import { ClassifierImages } from './classifierImages.ts';
import { ProgramCache } from './explain/programCache.ts';
import { Turns } from './explain/turns.ts';
import { modelConfigs } from './modelConfigs.ts';
import { readRunSettings } from './openRunDataset.ts';
import { Processor } from './processor.ts';
import { readFloats } from './readResults.ts';
import { release } from '../engine/devices/release.ts';
import { checkAnswers, checkProbs, readRunClassifier } from './runClassifier.ts';
import { sampleMasks, sampleMaskSeed } from './sampleMasks.ts';

/** A run's classifier, ready to be asked about one image at a time. */
interface LoadedClassifier {
  readonly program: Program;
  /** `[S, M]` */
  readonly masks: DeviceTensor;
  dispose(): Promise<void>;
}

/** Classifiers that are kept; a person compares two runs rather than ten. */
const KEPT = 3;

/**
 * Asks the classifiers of runs about single images, over the dropout masks that the runs' samples were measured with:
 * the image of a sample gets the numbers of its record. Always on the processor, which every machine has and which
 * leaves a graphics card to the run that trains on it.
 */
export class ImagePredictor {
  private readonly loaded = new ProgramCache<LoadedClassifier>(KEPT);
  private readonly images: ClassifierImages;
  private readonly processor = new Processor();
  /** Runs of one program must not overlap. */
  private readonly turns = new Turns();

  constructor(images = new ClassifierImages()) {
    this.images = images;
  }

  /**
   * Throws TsyndError 'run/incomplete' when the run has no classifier yet, what `ClassifierImages.read` throws, and
   * 'cancelled' when the signal is aborted before its turn.
   */
  predict(runPath: string, image: ImageRef, signal?: AbortSignal): Promise<Prediction> {
    return this.turns.take(false, () => {
      throwIfCancelled(signal, 'The prediction');
      return this.predictNow(runPath, image);
    });
  }

  private async predictNow(runPath: string, image: ImageRef): Promise<Prediction> {
    const run = await RunFolder.open(runPath);
    const { classNames, imageSize } = run.manifest.dataset;
    const { program, masks } = await this.load(run);
    const device = await this.processor.open();
    const images = await device.upload((await this.images.read(run, image)).input);
    const results = await program.run({ images, masks });
    const read = async (name: string): Promise<number[]> => [...(await readFloats(results, name))];
    const [probs, [predictiveEntropy], [mutualInformation]] = [
      await read('probs'),
      await read('predictiveEntropy'),
      await read('mutualInformation'),
    ];
    release({ images }, results);
    checkAnswers(run, [predictiveEntropy, mutualInformation]);
    return {
      run: run.paths.root,
      classNames,
      probs: checkProbs(run, probs),
      predictiveEntropy,
      mutualInformation,
      numMcSamples: masks.shape[0],
      resizedTo: imageSize,
    };
  }

  /** A checkpoint that has changed is read again. */
  private async load(run: RunFolder): Promise<LoadedClassifier> {
    const { root, classifier: file } = run.paths;
    const found = await stat(file).catch(() => undefined);
    const key = JSON.stringify([root, found?.size, found?.mtimeMs]);
    return this.loaded.get(key, async () => {
      const settings = readRunSettings(run);
      const configs = modelConfigs(run.manifest.dataset, settings);
      const state = await readRunClassifier(run, configs.classifier);
      const device = await this.processor.open();
      const { numMcSamples } = settings.generation;
      const shape = { batchSize: 1, imageSize: configs.imageSize, numMcSamples };
      const graph = traceUncertainty(configs.classifier, shape, configs.likelihood);
      const program = await device.compile(graph, { baked: state });
      const session = { settings, configs };
      const masks = await device.upload(sampleMasks(session, sampleMaskSeed(session)));
      const dispose = (): Promise<void> => {
        masks.dispose();
        return program.dispose();
      };
      return { program, masks, dispose };
    });
  }
}
