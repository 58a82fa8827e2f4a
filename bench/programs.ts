import type { DeviceTensor, Program } from '../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../src/engine/devices/onnxRuntimeDevice.ts';
import type { TracedGraph, Value } from '../src/engine/graph.ts';
import { deriveKey, randomKey, uniforms } from '../src/engine/random.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../src/engine/tensor.ts';
import { PREDICTED, traceClassActivation } from '../src/explain/classActivation.ts';
import { SaliencyProgram } from '../src/explain/saliencyProgram.ts';
import { adam } from '../src/nn/optimizers.ts';
import { traceAutoencoderStep } from '../src/tsynd/autoencoderTraining.ts';
import { traceClassifierStep, tracePrediction } from '../src/tsynd/classifierTraining.ts';
import { traceLatentStep } from '../src/tsynd/latentOptimizer.ts';

/** The programs that are timed; `bench/peer.py` does the same work under the same names. */
const GRAPH_NAMES = ['trainingStep', 'latentStep', 'autoencoderStep', 'predict'] as const;
type GraphName = (typeof GRAPH_NAMES)[number];
export const PROGRAM_NAMES = [...GRAPH_NAMES, 'eigenGradCamLayer4', 'eigenGradCamLayer3'] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

const BATCH = { batchSize: 64, imageSize: 28 };
const CLASSIFIER = {
  architecture: 'resnet18',
  head: 'default',
  width: 64,
  imageSize: BATCH.imageSize,
  inChannels: 1,
  numClasses: 2,
} as const;
const AUTOENCODER = {
  inChannels: 1,
  hidden: 128,
  residualHidden: 32,
  residualLayers: 2,
  latentChannels: 64,
  codes: 512,
};

/** A compiled program with inputs; whatever stays fixed while it is used for real is baked in. */
export interface PreparedProgram {
  readonly compileMs: number;
  /** Runs once and waits for the result; returns the milliseconds that it took. */
  run(): Promise<number>;
}

export async function prepareProgram(name: ProgramName, threads: number): Promise<PreparedProgram> {
  const device = new OnnxRuntimeDevice('cpu', { threads });
  if (name === 'eigenGradCamLayer4') return prepareSaliency(device, 'layer4');
  if (name === 'eigenGradCamLayer3') return prepareSaliency(device, 'layer3');
  const graph = traceProgram(name);
  // Generation runs many steps with finished models; a prediction too. Training replaces its weights at every step.
  const isBaked = (input: string): boolean =>
    name === 'predict' ? input !== 'images' : name === 'latentStep' && input.includes('/');
  const baked = new Map<string, HostTensor>();
  for (const [input, value] of graph.inputs) if (isBaked(input)) baked.set(input, makeInput(input, value));

  const startedAt = performance.now();
  const program: Program = await device.compile(graph, { baked });
  const compileMs = performance.now() - startedAt;
  const inputs: Record<string, DeviceTensor> = {};
  for (const input of program.inputNames) {
    inputs[input] = await device.upload(makeInput(input, graph.inputs.get(input)!));
  }
  return {
    compileMs,
    run: async () => {
      const start = performance.now();
      await program.run(inputs);
      return performance.now() - start;
    },
  };
}

/** Maps of a batch of images, all of it: the program, reading its results, and the decompositions. */
async function prepareSaliency(device: OnnxRuntimeDevice, layer: string): Promise<PreparedProgram> {
  const config = { classifier: CLASSIFIER, likelihood: 'softmax', ...BATCH, layer } as const;
  const given = [...traceClassActivation(config).inputs];
  const weights = given.filter(([input]) => input !== 'images' && input !== 'targets');
  const state = new Map(weights.map(([input, value]) => [input, makeInput(input, value)] as const));
  const startedAt = performance.now();
  const program = await SaliencyProgram.create(device, config, state);
  const compileMs = performance.now() - startedAt;
  const images = uniforms(deriveKey(randomKey(0), 'images'), BATCH.batchSize * BATCH.imageSize ** 2);
  const shape = [BATCH.batchSize, CLASSIFIER.inChannels, BATCH.imageSize, BATCH.imageSize];
  const targets = new Int32Array(BATCH.batchSize).fill(PREDICTED);
  return {
    compileMs,
    run: async () => {
      const start = performance.now();
      await program.explain(floatTensor(shape, Float32Array.from(images)), targets, {
        method: 'eigengradcam',
        sign: 'evidence',
      });
      return performance.now() - start;
    },
  };
}

function traceProgram(name: GraphName): TracedGraph {
  switch (name) {
    case 'trainingStep':
      return traceClassifierStep(
        CLASSIFIER,
        adam(),
        { real: BATCH.batchSize, synthetic: 0, imageSize: BATCH.imageSize },
        'softmax',
      );
    case 'latentStep':
      return traceLatentStep({
        ...BATCH,
        autoencoder: AUTOENCODER,
        classifier: CLASSIFIER,
        likelihood: 'softmax',
        objective: 'mi',
        numMcSamples: 20,
      });
    case 'autoencoderStep':
      return traceAutoencoderStep(
        AUTOENCODER,
        adam(),
        BATCH,
        { commitment: 0.25, absoluteError: 0, dataVariance: 0.05 },
        { decay: 0.99, deadBelow: 0 },
      );
    case 'predict':
      return tracePrediction(CLASSIFIER, BATCH, 'softmax');
  }
}

/** Plausible values: the time must not hang on denormal numbers or on a square root of less than zero. */
function makeInput(name: string, { shape, dtype }: Value): HostTensor {
  if (dtype === 'int32') return intTensor(shape, new Int32Array(sizeOf(shape)).fill(1));
  if (name.startsWith('optimizer.') || name.endsWith('Moment')) return floatTensor(shape, 0);
  if (name.endsWith('running_var') || name === 'correction') return floatTensor(shape, 1);
  const draws = uniforms(deriveKey(randomKey(0), name), sizeOf(shape), -0.05, 0.05);
  return floatTensor(shape, Float32Array.from(draws));
}
