import { gatherImages, type BatchImages } from '../../data/batch.ts';
import { throwIfCancelled, type Dataset } from '../../data/dataset.ts';
import { sha256OfFile } from '../../data/fileDigest.ts';
import type { Device, DeviceTensor, Program } from '../../engine/devices/device.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { FilterSettings } from '../../protocol/settings.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { paddedBatches } from '../../tsynd/imageBatch.ts';
import { traceJudgement } from '../../tsynd/judgement.ts';
import { checkImageForm } from '../checkImageForm.ts';
import { modelConfigs } from '../modelConfigs.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { readFloats } from '../readResults.ts';
import { release } from '../../engine/devices/release.ts';
import { checkAnswers, readRunClassifier } from '../runClassifier.ts';
import { sampleMasks, sampleMaskSeed } from '../sampleMasks.ts';
import { checkFit } from '../scores/checkFit.ts';

const LARGEST_BATCH = 64;

/** What an independent classifier says of N images. */
export interface Judgement {
  /** [N][F] of length 1. */
  readonly features: readonly Float64Array[];
  /** [N][K] without dropout. */
  readonly probs: readonly (readonly number[])[];
  /** [N] in nats, over the judge's own dropout masks. */
  readonly mutualInformation: Float64Array;
}

/** The classifier of a finished run, asked about images of a dataset that it fits. Calls must not overlap. */
export class Judge {
  private readonly run: RunFolder;
  private readonly device: Device;
  private readonly program: Program;
  private readonly masks: DeviceTensor;

  private constructor(...[run, device, program, masks]: [RunFolder, Device, Program, DeviceTensor]) {
    this.run = run;
    this.device = device;
    this.program = program;
    this.masks = masks;
  }

  /**
   * Throws TsyndError 'run/settings-differ' when the run's classifier is another than the one that was named, knows other
   * classes, or sees images of another form, 'run/incomplete', and what `RunFolder.open` throws.
   */
  static async open(source: FilterSettings['judge'], dataset: Dataset, device: Device): Promise<Judge> {
    const run = await RunFolder.open(source.path);
    const settings = readRunSettings(run);
    const configs = modelConfigs(run.manifest.dataset, settings);
    const classifier = await readRunClassifier(run, configs.classifier);
    if ((await sha256OfFile(run.paths.classifier)) !== source.sha256) throw otherJudge(run);
    checkFit(dataset, run);
    checkImageForm(dataset, run);
    const shape = {
      batchSize: LARGEST_BATCH,
      imageSize: configs.imageSize,
      numMcSamples: settings.generation.numMcSamples,
    };
    const graph = traceJudgement(configs.classifier, shape, configs.likelihood);
    const program = await device.compile(graph, { baked: classifier });
    const masks = await device.upload(sampleMasks({ settings, configs }, sampleMaskSeed({ settings })));
    return new Judge(run, device, program, masks);
  }

  /** Throws TsyndError 'cancelled', and 'run/corrupt' when it answers with what is no number. */
  async judge(images: BatchImages, signal?: AbortSignal): Promise<Judgement> {
    const features: Float64Array[] = [];
    const probs: number[][] = [];
    const mutualInformation = new Float64Array(images.count);
    for (let start = 0; start < images.count; start += LARGEST_BATCH) {
      throwIfCancelled(signal, 'The filter');
      const count = Math.min(LARGEST_BATCH, images.count - start);
      const indices = Array.from({ length: count }, (_, offset) => start + offset);
      const [{ images: padded }] = paddedBatches(gatherImages(images, indices), LARGEST_BATCH);
      const batch = await this.device.upload(padded);
      const results = await this.program.run({ images: batch, masks: this.masks });
      const found = {
        features: rowsOf(await readFloats(results, 'features'), LARGEST_BATCH),
        probs: rowsOf(await readFloats(results, 'probs'), LARGEST_BATCH),
        information: await readFloats(results, 'mutualInformation'),
      };
      release({ batch }, results);
      for (let n = 0; n < count; n++) {
        features.push(unitVector(checkAnswers(this.run, found.features[n])));
        probs.push(checkAnswers(this.run, found.probs[n]));
        [mutualInformation[start + n]] = checkAnswers(this.run, [found.information[n]]);
      }
    }
    return { features, probs, mutualInformation };
  }

  async dispose(): Promise<void> {
    this.masks.dispose();
    await this.program.dispose();
  }
}

function rowsOf(values: Float32Array, count: number): number[][] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}

/** A vector of zeros, which has no direction, stays as it is. */
function unitVector(values: readonly number[]): Float64Array {
  const length = Math.hypot(...values) || 1;
  return Float64Array.from(values, (value) => value / length);
}

function otherJudge({ id }: RunFolder): TsyndError {
  return new TsyndError(
    'run/settings-differ',
    `The classifier of run ${id}, the judge, is not the one that was named.`,
    {
      remedy: 'Restore its checkpoint, or start a new run.',
    },
  );
}
