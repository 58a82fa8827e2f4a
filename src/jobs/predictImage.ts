import { stat } from 'node:fs/promises';
import { throwIfCancelled } from '../data/dataset.ts';
import type { Device, DeviceTensor, Program } from '../engine/devices/device.ts';
import type { Prediction } from '../protocol/computeApi.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { ImageRef } from '../protocol/imageData.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { traceUncertainty } from '../tsynd/monteCarlo.ts';
import { readClassifier } from './checkpoints.ts';
import { ClassifierImages } from './classifierImages.ts';
import { modelConfigs } from './modelConfigs.ts';
import { openDevice } from './openDevice.ts';
import { readRunSettings } from './openRunDataset.ts';
import { readFloats, release } from './readResults.ts';
import { sampleMasks, sampleMaskSeed } from './sampleMasks.ts';

/** A run's classifier, ready to be asked about one image at a time. */
interface LoadedClassifier {
  /** Size and time of the checkpoint that it was read from. */
  readonly checkpoint: string;
  readonly program: Program;
  /** `[S, F]` */
  readonly masks: DeviceTensor;
}

/** Classifiers that are kept; a person compares two runs rather than ten. */
const KEPT = 3;

/**
 * Asks the classifiers of runs about single images, over the dropout masks that the runs' samples were measured with:
 * the image of a sample gets the numbers of its record. Always on the processor, which every machine has and which
 * leaves a graphics card to the run that trains on it.
 */
export class ImagePredictor {
  /** By the run's folder, the one asked last at the end. */
  private readonly loaded = new Map<string, LoadedClassifier>();
  private readonly images: ClassifierImages;
  private device: Promise<Device> | undefined;
  /** Runs of one program must not overlap. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(images = new ClassifierImages()) {
    this.images = images;
  }

  /**
   * Throws TsyndError 'run/incomplete' when the run has no classifier yet, what `ClassifierImages.read` throws, and
   * 'cancelled' when the signal is aborted before its turn.
   */
  predict(runPath: string, image: ImageRef, signal?: AbortSignal): Promise<Prediction> {
    const prediction = this.queue.then(() => {
      throwIfCancelled(signal, 'The prediction');
      return this.predictNow(runPath, image);
    });
    this.queue = prediction.catch(() => undefined);
    return prediction;
  }

  private async predictNow(runPath: string, image: ImageRef): Promise<Prediction> {
    const run = await RunFolder.open(runPath);
    const { classNames, imageSize } = run.manifest.dataset;
    const { program, masks } = await this.load(run);
    const device = await this.openDevice();
    const images = await device.upload((await this.images.read(run, image)).input);
    const results = await program.run({ images, masks });
    const read = async (name: string): Promise<number[]> => [...(await readFloats(results, name))];
    const [probs, [predictiveEntropy], [mutualInformation]] = [
      await read('probs'),
      await read('predictiveEntropy'),
      await read('mutualInformation'),
    ];
    release({ images }, results);
    if (![...probs, predictiveEntropy, mutualInformation].every(Number.isFinite)) {
      throw new TsyndError('run/corrupt', `The classifier of run ${run.id} answers with what is no number.`, {
        remedy: 'Train the run again with a lower learning rate.',
      });
    }
    return {
      run: run.paths.root,
      classNames,
      // Rounding may carry a probability past 1 by a few units of the last place.
      probs: probs.map((prob) => Math.min(prob, 1)),
      predictiveEntropy,
      mutualInformation,
      numMcSamples: masks.shape[0],
      resizedTo: imageSize,
    };
  }

  private async load(run: RunFolder): Promise<LoadedClassifier> {
    const { root, classifier: file } = run.paths;
    const found = await stat(file).catch(() => undefined);
    const checkpoint = `${found?.size ?? 0} bytes of ${found?.mtimeMs ?? 0}`;
    const known = this.loaded.get(root);
    this.loaded.delete(root);
    if (known?.checkpoint === checkpoint) {
      this.loaded.set(root, known);
      return known;
    }
    if (known) await free(known);

    const settings = readRunSettings(run);
    const configs = modelConfigs(run.manifest.dataset, settings);
    const state = await readClassifier(file, configs.classifier);
    if (!state) {
      throw new TsyndError('run/incomplete', `Run ${run.id} has no trained classifier yet.`, {
        remedy: 'Go on with the run first, or choose another one.',
      });
    }
    const device = await this.openDevice();
    const { numMcSamples } = settings.generation;
    const shape = { batchSize: 1, imageSize: configs.imageSize, numMcSamples };
    const graph = traceUncertainty(configs.classifier, shape, configs.likelihood);
    const program = await device.compile(graph, { baked: state });
    const session = { settings, configs };
    const masks = await device.upload(sampleMasks(session, sampleMaskSeed(session)));
    const loaded = { checkpoint, program, masks };
    this.loaded.set(root, loaded);
    for (const [key, oldest] of [...this.loaded].slice(0, -KEPT)) {
      this.loaded.delete(key);
      await free(oldest);
    }
    return loaded;
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

async function free({ program, masks }: LoadedClassifier): Promise<void> {
  masks.dispose();
  await program.dispose();
}
