import { sha256OfFile } from '../../data/fileDigest.ts';
import type { Device } from '../../engine/devices/device.ts';
import type { TracedGraph } from '../../engine/graph.ts';
import type { HostTensor } from '../../engine/tensor.ts';
import { traceClassifierFeatures, traceLatentFeatures } from '../../evaluation/quality/featurePrograms.ts';
import type { ModelState } from '../../nn/modelState.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { paddedBatches } from '../../tsynd/imageBatch.ts';
import { readAutoencoder } from '../checkpoints.ts';
import { modelConfigs } from '../modelConfigs.ts';
import { readRunSettings } from '../openRunDataset.ts';
import { readFloats } from '../readResults.ts';
import { release } from '../../engine/devices/release.ts';
import { readRunClassifier } from '../runClassifier.ts';
import type { FeatureSpace } from './featureSpace.ts';

const BATCH_SIZE = 64;

/**
 * The spaces of a finished run's networks: of its classifier, and of its autoencoder where it has one.
 *
 * Throws TsyndError 'run/incomplete' when the run has no classifier yet, and 'run/corrupt'.
 */
export async function runSpaces(run: RunFolder, device: Device): Promise<FeatureSpace[]> {
  const configs = modelConfigs(run.manifest.dataset, readRunSettings(run));
  const shape = { batchSize: BATCH_SIZE, imageSize: configs.imageSize };
  const classifier = await readRunClassifier(run, configs.classifier);
  const autoencoder = await readAutoencoder(run.paths.autoencoder, configs.autoencoder);
  const spaces = [
    await networkSpace(device, {
      name: 'classifier',
      sha256: await sha256OfFile(run.paths.classifier),
      graph: traceClassifierFeatures(configs.classifier, shape),
      state: classifier,
    }),
  ];
  if (!autoencoder) return spaces;
  const latents = await networkSpace(device, {
    name: 'autoencoder',
    sha256: await sha256OfFile(run.paths.autoencoder),
    graph: traceLatentFeatures(configs.autoencoder, shape),
    state: autoencoder.state,
  });
  return [...spaces, latents];
}

interface Network {
  readonly name: FeatureSpace['name'];
  readonly sha256: string;
  /** From `images` of BATCH_SIZE to `features`. */
  readonly graph: TracedGraph;
  readonly state: ModelState;
}

async function networkSpace(device: Device, { name, sha256, graph, state }: Network): Promise<FeatureSpace> {
  const program = await device.compile(graph, { baked: state });
  const measure = async (images: HostTensor): Promise<Float32Array> => {
    const rows: Float32Array[] = [];
    for (const { count, images: padded } of paddedBatches(images, BATCH_SIZE)) {
      const batch = await device.upload(padded);
      const results = await program.run({ images: batch });
      const features = await readFloats(results, 'features');
      rows.push(features.subarray(0, (features.length / BATCH_SIZE) * count));
      release({ batch }, results);
    }
    return joinFloats(rows);
  };
  return { name, sha256, isStandardised: false, measure, dispose: () => program.dispose() };
}

function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
