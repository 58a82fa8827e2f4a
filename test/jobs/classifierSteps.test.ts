import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { gatherImages, gatherLabels } from '../../src/data/batch.ts';
import { realTraining } from '../../src/data/trainingSet.ts';
import type { Device } from '../../src/engine/devices/device.ts';
import { randomKey } from '../../src/engine/random.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { ClassifierSteps } from '../../src/jobs/classifierSteps.ts';
import { openSession } from '../../src/jobs/openSession.ts';
import type { RunSession } from '../../src/jobs/runSession.ts';
import { declareClassifier } from '../../src/models/classifier.ts';
import { declareAutoencoder } from '../../src/models/vqvae.ts';
import { describeModel, initializeModel } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import type { Method } from '../../src/protocol/settings.ts';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const INDICES = Int32Array.of(7, 2, 30, 11, 18, 5, 21);

interface Taken {
  /** What the training step got, by name. */
  readonly inputs: Readonly<Record<string, HostTensor>>;
  /** The first tensor of each shape that was uploaded for it. */
  readonly uploads: ReadonlyMap<string, HostTensor>;
}

/** Takes steps of a run's training on the same images, each with a fresh classifier. */
async function takeSteps(
  method: Method,
  steps: readonly number[],
): Promise<{ taken: Taken[]; session: RunSession }> {
  const generation = {
    ...TINY_SETTINGS.generation,
    noise: 0.5,
    pixel: { steps: 1, learningRate: 1e-9, gamma: 0 },
  };
  const run = await stoppedRun(dataset, folder, { method, count: 0, generation });
  const { session: opened } = await openSession(await RunFolder.open(run), {});
  const uploads = new Map<string, HostTensor>();
  const session = { ...opened, device: recordUploads(opened.device, uploads) };
  const { classifier, autoencoder } = session.configs;
  const state = initializeModel(declareAutoencoder(autoencoder), randomKey(1));
  const latentDeviation = new Float32Array(autoencoder.latentChannels).fill(1);
  const optimizer = adam();
  const maker = new ClassifierSteps(session, optimizer, { state, latentDeviation });
  const images = realTraining(session.subset);
  const parameters = [...describeModel(declareClassifier(classifier)).parameters.keys()];
  const taken: Taken[] = [];
  try {
    for (const step of steps) {
      const weights = initializeModel(declareClassifier(classifier), randomKey(2));
      const trainer = await Trainer.create(session.device, optimizer, parameters, weights);
      uploads.clear();
      const seen: Record<string, HostTensor> = {};
      await maker.take(recordInputs(trainer, seen), { images, indices: INDICES, step, learningRate: 1e-3 });
      taken.push({ inputs: seen, uploads: new Map(uploads) });
      trainer.dispose();
    }
  } finally {
    await maker.dispose();
    await opened.device.dispose();
  }
  return { taken, session: opened };
}

function recordUploads(device: Device, uploads: Map<string, HostTensor>): Device {
  return new Proxy(device, {
    get: (target, name: keyof Device) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'upload') {
        return (tensor: HostTensor) => {
          const shape = tensor.shape.join();
          if (!uploads.has(shape)) uploads.set(shape, tensor);
          return target.upload(tensor);
        };
      }
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function recordInputs(trainer: Trainer, seen: Record<string, HostTensor>): Trainer {
  const run = async (...[program, inputs, learningRate]: Parameters<Trainer['run']>): Promise<unknown> => {
    for (const [name, tensor] of Object.entries(inputs)) seen[name] = await tensor.read();
    return trainer.run(program, inputs, learningRate);
  };
  return new Proxy(trainer, {
    get: (target, name: keyof Trainer) => {
      if (name === 'run') return run;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function assertClose(found: HostTensor, expected: HostTensor): void {
  assert.deepEqual(found.shape, expected.shape);
  const worst = Array.from(expected.data).reduce(
    (most, value, at) => Math.max(most, Math.abs(value - found.data[at])),
    0,
  );
  assert.ok(worst < 1e-6, `off by ${worst}`);
}

test('the first half of a batch is real, the second made of its other images, and labels follow', async () => {
  const { taken, session } = await takeSteps('pixel-adversarial', [0]);
  const [{ inputs }] = taken;
  // Hardly changed, so that each shows what it was made of.
  assertClose(inputs.images, gatherImages(session.subset, INDICES.subarray(0, 4)));
  assertClose(inputs.synthetic, gatherImages(session.subset, INDICES.subarray(4)));
  assertClose(inputs.labels, gatherLabels(session.subset, INDICES));
});

test('dropout is drawn anew in each step, and the same for all methods', async () => {
  const [plain, online] = [await takeSteps('baseline', [0, 1]), await takeSteps('pixel-adversarial', [0, 1])];
  const masksOf = ({ taken }: typeof plain): number[][] =>
    taken.map(({ inputs }) => Array.from(inputs.dropout.data));
  const masks = masksOf(plain);
  assert.notDeepEqual(masks[0], masks[1]);
  assert.deepEqual(masksOf(online), masks);
});

test('masks of the objective and noise of latents are drawn anew in each step', async () => {
  const { taken, session } = await takeSteps('mi', [0, 1, 0]);
  const { numMcSamples } = session.settings.generation;
  const { latentChannels } = session.configs.autoencoder;
  const synthetic = INDICES.length - Math.ceil(INDICES.length / 2);
  const shapes = [
    [...taken[0].uploads.keys()].find(
      (shape) => shape.startsWith(`${numMcSamples},`) && shape.split(',').length === 2,
    ),
    `${synthetic},${latentChannels},2,2`,
  ];
  for (const shape of shapes) {
    const [first, second, again] = taken.map(({ uploads }) => Array.from(uploads.get(shape!)!.data));
    assert.notDeepEqual(first, second, shape);
    assert.deepEqual(again, first, shape);
  }
});

test('images are flipped and shifted, or mixed, differently in each step', async () => {
  for (const method of ['flip-shift', 'mixup'] as const) {
    const { taken } = await takeSteps(method, [0, 1, 0]);
    const [first, second, again] = taken.map(({ inputs }) => Array.from(inputs.images.data));
    assert.notDeepEqual(first, second, method);
    assert.deepEqual(again, first, method);
  }
});
