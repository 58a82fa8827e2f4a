import { gatherImages, gatherLabels } from '../data/batch.ts';
import type { ImageSource } from '../data/dataset.ts';
import { toPixels } from '../data/encodePng.ts';
import { sha256OfFile } from '../data/fileDigest.ts';
import type { DeviceTensor, Program } from '../engine/devices/device.ts';
import { deriveKey, permutation } from '../engine/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { ModelState } from '../nn/modelState.ts';
import { TsyndError } from '../protocol/errors.ts';
import { isLatentMethod } from '../protocol/methods.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { SampleRecord } from '../runs/sampleRecord.ts';
import { AUTOENCODER_PREFIX, traceLatentChange } from '../tsynd/latentPrograms.ts';
import { traceUncertainty } from '../tsynd/monteCarlo.ts';
import {
  addsNoise,
  boundedFgsmStep,
  isObjective,
  SyntheticGenerator,
  type SyntheticMethod,
  type TrainedAutoencoder,
} from '../tsynd/syntheticGenerator.ts';
import { checkMethod } from './checkMethod.ts';
import { predictedLabel } from './predictedLabel.ts';
import { readFloats } from './readResults.ts';
import { release } from '../engine/devices/release.ts';
import { checkStop, runKey, type RunSession } from './runSession.ts';
import { sampleFile } from './sampleFile.ts';
import { sampleMasks, sampleMaskSeed } from './sampleMasks.ts';

/** A synthetic image with its record. */
export interface Sample {
  readonly record: SampleRecord;
  /** 8-bit pixels `[C, H, W]`: what the numbers of the record were measured on. */
  readonly pixels: Uint8Array;
}

/**
 * Makes the run's samples `first`, `first + 1`, ... in batches, from the finished checkpoints. A pure function of
 * checkpoints, dataset and settings: another process gets the same bytes.
 *
 * Parents are the subset's images in a random order, again and again. All numbers of a record are measured on 8-bit
 * pixels, as they are stored: "before" on the parent's plain reconstruction, "after" on the synthetic image.
 */
export async function* makeSamples(
  session: RunSession,
  autoencoder: TrainedAutoencoder,
  classifier: ModelState,
  first = 0,
): AsyncGenerator<readonly Sample[]> {
  const { settings, configs, subset, device } = session;
  const { batchSize } = settings.generation;
  const method = samplingMethod(session);
  const maskSeed = sampleMaskSeed(session);
  const config = { ...configs, ...settings.generation, method };
  const autoencoderTensors = new Map(
    [...autoencoder.state].map(([name, tensor]) => [AUTOENCODER_PREFIX + name, tensor]),
  );

  const generator = await SyntheticGenerator.create(device, config, autoencoder, classifier);
  const uncertainty = await device.compile(traceUncertainty(configs.classifier, config, configs.likelihood), {
    baked: classifier,
  });
  const change = await device.compile(traceLatentChange(config), { baked: autoencoderTensors });
  const masks = await device.upload(sampleMasks(session, maskSeed));
  const checkpoints = await checkpointHashes(session);
  try {
    // Batches start at multiples of the batch size, so that a resumed run computes in the same groups.
    for (let start = first - (first % batchSize); start < settings.count; start += batchSize) {
      checkStop(session);
      const numbers = Array.from({ length: batchSize }, (_, offset) => start + offset);
      const parents = parentsOf(session, numbers);
      const images = gatherImages(subset, parents);
      const labels = gatherLabels(subset, parents);
      const noiseKeys = numbers.map((number) => deriveKey(runKey(session, 'samples', 'noise'), number));
      const made = await generator.generate({ images, labels, noiseKeys }, masks);
      const reconstruction = await generator.decode(made.parentLatents);
      const before = await measure(session, uncertainty, reconstruction, masks);
      const after = await measure(session, uncertainty, made.images, masks);
      const moved = await change.run({ before: made.parentLatents, after: made.latents });
      const [distances, changed] = [
        await readFloats(moved, 'distance'),
        await readFloats(moved, 'codesChanged'),
      ];
      release({ ...made, reconstruction }, moved);

      const samples: Sample[] = [];
      for (const [position, number] of numbers.entries()) {
        if (number < first || number >= settings.count) continue;
        const id = `sample-${String(number).padStart(6, '0')}`;
        const label = labelAt(labels, position);
        const measured = { before: before.at(position), after: after.at(position) };
        const record: SampleRecord = {
          id,
          file: sampleFile(session.dataset.classNames, label, id),
          label,
          parent: parentRecord(subset.sources[parents[position]]),
          method,
          ...stepsOf(method, settings.generation),
          noise: addsNoise(method) ? settings.generation.noise : 0,
          numMcSamples: settings.generation.numMcSamples,
          maskSeed,
          miBefore: measured.before.mutualInformation,
          miAfter: measured.after.mutualInformation,
          entropyBefore: measured.before.predictiveEntropy,
          entropyAfter: measured.after.predictiveEntropy,
          probsBefore: measured.before.probs,
          probsAfter: measured.after.probs,
          predictedLabel: predictedLabel(session.dataset, measured.after.probs),
          latentDistance: distances[position],
          codesChanged: changed[position],
          ...checkpoints,
        };
        samples.push({ record, pixels: measured.after.pixels });
      }
      yield samples;
    }
  } finally {
    masks.dispose();
    await generator.dispose();
    await uncertainty.dispose();
    await change.dispose();
  }
}

/**
 * A run of a plain method makes no synthetic images while it trains; its samples are made as the paper's method makes
 * them. Throws TsyndError 'settings/invalid' for a method that cannot make samples.
 */
function samplingMethod({ settings }: Pick<RunSession, 'settings'>): SyntheticMethod {
  checkMethod(settings);
  return isLatentMethod(settings.method) ? settings.method : 'mi';
}

function stepsOf(
  method: SyntheticMethod,
  generation: GenerationSettings,
): Pick<SampleRecord, 'steps' | 'latentLearningRate'> {
  if (isObjective(method)) return { steps: generation.steps, latentLearningRate: generation.learningRate };
  return method === 'latent-fgsm'
    ? { steps: 1, latentLearningRate: boundedFgsmStep(generation) }
    : { steps: 0, latentLearningRate: 0 };
}

interface Measured {
  readonly pixels: Uint8Array;
  readonly mutualInformation: number;
  readonly predictiveEntropy: number;
  readonly probs: number[];
}

/** Rounds images to 8 bits and asks the classifier about them. */
async function measure(
  { device, configs }: RunSession,
  program: Program,
  images: DeviceTensor,
  masks: DeviceTensor,
): Promise<{ at: (position: number) => Measured }> {
  const { shape, data } = await images.read();
  const pixels = toPixels(data);
  const stored = await device.upload(
    floatTensor(
      shape,
      Float32Array.from(pixels, (pixel) => pixel / 255),
    ),
  );
  const results = await program.run({ images: stored, masks });
  const [information, entropy, probs] = [
    await readFloats(results, 'mutualInformation'),
    await readFloats(results, 'predictiveEntropy'),
    await readFloats(results, 'probs'),
  ];
  release({ stored }, results);
  const size = sizeOf(shape.slice(1));
  const classes = configs.classifier.numClasses;
  return {
    at: (position) => ({
      pixels: pixels.slice(position * size, (position + 1) * size),
      mutualInformation: finite(information[position]),
      predictiveEntropy: finite(entropy[position]),
      // Rounding may carry a probability past 1 by a few units of the last place.
      probs: [...probs.slice(position * classes, (position + 1) * classes)].map((prob) =>
        Math.min(finite(prob), 1),
      ),
    }),
  };
}

/** Positions in the subset of the samples' parents: a new random order in every round over the subset. */
function parentsOf(session: RunSession, numbers: readonly number[]): number[] {
  const { count } = session.subset;
  const orders = new Map<number, Int32Array>();
  return numbers.map((number) => {
    const round = Math.floor(number / count);
    const order = orders.get(round) ?? permutation(runKey(session, 'samples', 'parents', round), count);
    orders.set(round, order);
    return order[number % count];
  });
}

function parentRecord({ file, index }: ImageSource): SampleRecord['parent'] {
  return { ...(file === undefined ? {} : { file }), index, split: 'train' };
}

function labelAt(labels: HostTensor, position: number): number | (0 | 1)[] {
  if (labels.shape.length === 1) return labels.data[position];
  const width = labels.shape[1];
  return Array.from(labels.data.slice(position * width, (position + 1) * width), (value) =>
    value > 0 ? 1 : 0,
  );
}

async function checkpointHashes({
  run,
}: RunSession): Promise<{ decoderSha256: string; classifierSha256: string }> {
  return {
    decoderSha256: await sha256OfFile(run.paths.autoencoder),
    classifierSha256: await sha256OfFile(run.paths.classifier),
  };
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TsyndError('training/diverged', `The classifier's answer to a synthetic image is ${value}.`, {
    remedy: 'Train the run again with a lower learning rate.',
  });
}
