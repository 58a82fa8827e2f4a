import type { NewManifest } from '../../src/runs/runFolder.ts';
import type { SampleRecord } from '../../src/runs/sampleRecord.ts';

export const EXAMPLE_MANIFEST: NewManifest = {
  status: 'running',
  stage: 'autoencoder',
  settings: { preset: 'quick', epochs: 4, steps: 10, nested: { masks: [1, 2, null] } },
  seed: 1,
  versions: { tsynd: '0.1.0', node: '20.19.0', onnxruntime: '1.30.0' },
  device: { name: 'cpu', description: 'ONNX Runtime on the CPU', threads: 2 },
  dataset: {
    name: 'breastmnist',
    path: '/data/breastmnist.npz',
    format: 'npz',
    sha256: 'a'.repeat(64),
    task: 'binary-class',
    classNames: ['malignant', 'normal, benign'],
    channels: 1,
    imageSize: 28,
    counts: { train: 546, val: 78, test: 156 },
  },
  timings: {},
};

export const EXAMPLE_SAMPLE: SampleRecord = {
  id: 'breastmnist-00012',
  file: 'synthetic/1/breastmnist-00012.png',
  label: 1,
  parent: { index: 12, split: 'train' },
  method: 'mi',
  steps: 10,
  latentLearningRate: 0.01,
  noise: 0.1,
  numMcSamples: 20,
  maskSeed: 7,
  miBefore: 0.01,
  miAfter: 0.2,
  entropyBefore: 0.1,
  entropyAfter: 0.6,
  probsBefore: [0.02, 0.98],
  probsAfter: [0.4, 0.6],
  predictedLabel: 1,
  latentDistance: 3.5,
  codesChanged: 0.25,
  decoderSha256: 'b'.repeat(64),
  classifierSha256: 'c'.repeat(64),
};
