import type { Device } from '../../src/engine/devices/device.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { randomKey } from '../../src/engine/random.ts';
import { declareClassifier, type ClassifierConfig } from '../../src/models/classifier.ts';
import { describeModel, initializeModel, type ModelState } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { traceClassifierStep } from '../../src/tsynd/classifierTraining.ts';
import { assertNormClose } from './closeness.ts';
import { Draw } from './draw.ts';
import { disposeAll, uploadAll } from './runGraph.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { maskWidth } from '../../src/models/classifier.ts';

const CONFIG: ClassifierConfig = {
  architecture: 'deit-tiny',
  head: 'default',
  width: 4,
  imageSize: 8,
  inChannels: 1,
  numClasses: 2,
};
const BATCH_SIZE = 2;

/** One step of a DeiT-tiny of narrow heads ends where it does on the reference. */
export async function checkDeitStep(device: Device): Promise<void> {
  const [wanted, found] = [await stepOn(new ReferenceDevice()), await stepOn(device)];
  for (const [name, tensor] of wanted) assertNormClose(found.get(name)!, tensor, 1e-3, name);
}

async function stepOn(device: Device): Promise<ModelState> {
  const declare = declareClassifier(CONFIG);
  const optimizer = adam();
  const batch = { real: BATCH_SIZE, synthetic: 0, imageSize: CONFIG.imageSize, isMixed: false };
  const program = await device.compile(traceClassifierStep(CONFIG, optimizer, batch, 'softmax'));
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(device, optimizer, parameters, initializeModel(declare, randomKey(9)));
  const draw = new Draw('deit step');
  const all = {
    images: draw.normal([BATCH_SIZE, 1, CONFIG.imageSize, CONFIG.imageSize]),
    labels: draw.indices([BATCH_SIZE], CONFIG.numClasses),
    dropout: floatTensor([BATCH_SIZE, maskWidth(CONFIG)], 1),
  };
  const inputs = await uploadAll(device, all);
  disposeAll(await trainer.run(program, inputs, 1e-4));
  disposeAll(inputs);
  const state = await trainer.modelState();
  trainer.dispose();
  await program.dispose();
  return state;
}
