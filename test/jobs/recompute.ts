/**
 * Computes the numbers of a run's samples from nothing but their PNG files, the classifier's file and the fields of
 * the records, in float64: `recompute.ts RUN` prints one JSON array. Masks, probabilities, entropy and mutual
 * information follow the formulas of the paper's section 3.1, apart from the code that wrote the records.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { decodeSafetensors } from '../../src/data/safetensors.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { trace } from '../../src/engine/graph.ts';
import { randomKey, uniforms } from '../../src/engine/random.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { classifierFeatures, type ClassifierConfig } from '../../src/models/classifier.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { readLines } from '../../src/runs/jsonLines.ts';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../src/runs/sampleRecord.ts';

/** The dropout rate of TINY_SETTINGS and both presets. */
const DROPOUT = 0.5;

const run = await RunFolder.open(process.argv[2]);
const { values: records } = await readLines(run.paths.samples, sampleRecordSchema);
const { tensors, metadata } = decodeSafetensors(readFileSync(run.paths.classifier), 'classifier');
const config = JSON.parse(metadata.config ?? '') as ClassifierConfig;
const features = await pooledFeatures(records);
const isMultiLabel = run.manifest.dataset.task === 'multi-label';
process.stdout.write(JSON.stringify(records.map((record, index) => measure(record, features[index]))));

/** [N][F] features of the samples' images, before dropout. */
async function pooledFeatures(samples: readonly SampleRecord[]): Promise<number[][]> {
  const { imageSize, channels } = run.manifest.dataset;
  const shape = [samples.length, channels, imageSize, imageSize];
  const images = new Float64Array(shape.reduce((a, b) => a * b));
  for (const [index, { file }] of samples.entries()) {
    const image = sharp(path.join(run.paths.root, file)).toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const pixels = await image.raw().toBuffer();
    if (pixels.length !== imageSize * imageSize * channels) throw new Error(`${file} is of another size.`);
    const area = imageSize * imageSize;
    for (let channel = 0; channel < channels; channel++) {
      for (let position = 0; position < area; position++) {
        images[(index * channels + channel) * area + position] = pixels[position * channels + channel] / 255;
      }
    }
  }
  const device = new ReferenceDevice();
  const graph = trace((g) => ({
    pooled: classifierFeatures(new ModelScope(g, 'inference'), g.input('images', shape), config).pooled,
  }));
  const program = await device.compile(graph, { baked: tensors });
  const input = await device.upload(floatTensor(shape, Float32Array.from(images)));
  const { data, shape: found } = await (await program.run({ images: input })).pooled.read();
  const width = found[1];
  return samples.map((_, index) => [...data.slice(index * width, (index + 1) * width)]);
}

function measure(
  { maskSeed, numMcSamples }: SampleRecord,
  pooled: readonly number[],
): { probs: number[]; mutualInformation: number; predictiveEntropy: number } {
  const draws = uniforms(randomKey(maskSeed), numMcSamples * pooled.length);
  const perMask = Array.from({ length: numMcSamples }, (_, mask) =>
    probabilities(
      pooled.map((value, index) =>
        draws[mask * pooled.length + index] < DROPOUT ? 0 : value / (1 - DROPOUT),
      ),
    ),
  );
  const probs = perMask[0].map((_, label) => mean(perMask.map((each) => each[label])));
  return {
    probs,
    predictiveEntropy: entropy(probs),
    mutualInformation: entropy(probs) - mean(perMask.map(entropy)),
  };
}

function probabilities(input: readonly number[]): number[] {
  const weight = tensorOf('fc.weight');
  const bias = tensorOf('fc.bias').data;
  const logits = Array.from(bias, (value, label) =>
    input.reduce((sum, each, index) => sum + each * weight.data[label * input.length + index], value),
  );
  if (isMultiLabel) return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

/** In nats; of labels that are independent of each other, the sum of theirs. */
function entropy(probs: readonly number[]): number {
  const outcomes = isMultiLabel ? probs.flatMap((prob) => [prob, 1 - prob]) : probs;
  return -outcomes.reduce((sum, prob) => sum + prob * Math.log(prob), 0);
}

function tensorOf(name: string): HostTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`The classifier has no tensor ${name}.`);
  return tensor;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
