import type { Device, DeviceTensor } from '../../engine/devices/device.ts';
import { release } from '../../engine/devices/release.ts';
import { deriveKey, randomKey, uniforms } from '../../engine/random.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor, type Shape } from '../../engine/tensor.ts';
import { declareClassifier, maskWidth } from '../../models/classifier.ts';
import { describeModel, initializeModel } from '../../nn/modelState.ts';
import { adam } from '../../nn/optimizers.ts';
import { StepProgram } from '../../nn/stepProgram.ts';
import { Trainer } from '../../nn/trainer.ts';
import { traceClassifierStep } from '../../tsynd/classifierTraining.ts';

/** A quarter as wide as the published network, as the preset `quick` trains it. */
const CLASSIFIER = {
  architecture: 'resnet18',
  head: 'default',
  width: 16,
  imageSize: 28,
  inChannels: 1,
  numClasses: 2,
} as const;
const BATCH_SIZE = 64;
const RATE = 1e-3;

/** Runs that are timed after one that is not: the first one compiles kernels and fills caches. */
const TIMED_RUNS = 5;
/** No more runs are made when those that were timed took this long together. */
const LONG_ENOUGH_MS = 3000;
/** A device whose first run takes this long, a software driver for example, is not worth another. */
const HOPELESS_MS = 20_000;

const key = randomKey(0);

/** Steps in one program where state cannot stay on the device, as training puts them there. */
const LOOPED_STEPS = 8;

/** The median time in ms of a training step (ResNet-18 of width 16, 64 images of 28 x 28, Adam), its loss read. */
export async function timeTrainingStep(device: Device): Promise<number> {
  const optimizer = adam();
  const declare = declareClassifier(CLASSIFIER);
  const size = { real: BATCH_SIZE, synthetic: 0, imageSize: CLASSIFIER.imageSize };
  const graph = traceClassifierStep(CLASSIFIER, optimizer, size, 'softmax');
  const steps = device.keepsState ? 1 : Math.min(LOOPED_STEPS, device.longestLoop ?? LOOPED_STEPS);
  const given = drawBatch(device.keepsState ? [] : [steps]);
  const programs = new StepProgram(device, graph);
  const program = await programs.of(steps, Object.keys(given));
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(device, optimizer, parameters, initializeModel(declare, key));
  const batch: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(given)) batch[name] = await device.upload(tensor);
  const rates = new Array<number>(steps).fill(RATE);
  try {
    const times: number[] = [];
    for (let run = 0; run <= TIMED_RUNS; run++) {
      const startedAt = performance.now();
      const results = await (device.keepsState
        ? trainer.run(program, batch, RATE)
        : trainer.runLoop(program, batch, rates));
      // Only reading waits for a GPU that has taken the work and not yet done it.
      await results.loss.read();
      release(results);
      const milliseconds = (performance.now() - startedAt) / steps;
      if (run === 0 && milliseconds * steps > HOPELESS_MS) return milliseconds;
      if (run > 0) times.push(milliseconds);
      if (times.reduce((sum, time) => sum + time * steps, 0) > LONG_ENOUGH_MS) break;
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  } finally {
    release(batch);
    trainer.dispose();
    await programs.dispose();
  }
}

/** @param leading axes before those of a step's batch */
function drawBatch(leading: Shape): Record<string, HostTensor> {
  const { inChannels, imageSize } = CLASSIFIER;
  const shape = [...leading, BATCH_SIZE, inChannels, imageSize, imageSize];
  const images = uniforms(deriveKey(key, 'images'), sizeOf(shape));
  const labels = [...leading, BATCH_SIZE];
  return {
    images: floatTensor(shape, Float32Array.from(images)),
    dropout: floatTensor([...labels, maskWidth(CLASSIFIER)], 1),
    labels: intTensor(
      labels,
      Int32Array.from({ length: sizeOf(labels) }, (_, index) => index % 2),
    ),
  };
}
