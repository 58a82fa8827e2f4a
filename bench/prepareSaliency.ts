import type { Device } from '../src/engine/devices/device.ts';
import { PREDICTED, traceClassActivation } from '../src/explain/classActivation.ts';
import { SaliencyProgram } from '../src/explain/saliencyProgram.ts';
import { CLASSIFIER, IMAGE_SIZE } from './graphs.ts';
import { makeImages, makeInput } from './inputs.ts';
import type { PreparedProgram } from './programs.ts';

/** Maps of a batch of images, all of it: the program, reading its results, and the decompositions. */
export async function prepareSaliency(
  device: Device,
  layer: string,
  batchSize: number,
): Promise<PreparedProgram> {
  const config = {
    classifier: CLASSIFIER,
    likelihood: 'softmax',
    batchSize,
    imageSize: IMAGE_SIZE,
    layer,
  } as const;
  const given = [...traceClassActivation(config).inputs];
  const weights = given.filter(([input]) => input !== 'images' && input !== 'targets');
  const state = new Map(weights.map(([input, value]) => [input, makeInput(input, value)] as const));
  const startedAt = performance.now();
  const program = await SaliencyProgram.create(device, config, state);
  const compileMs = performance.now() - startedAt;
  const images = makeImages(batchSize, IMAGE_SIZE);
  const targets = new Int32Array(batchSize).fill(PREDICTED);
  return {
    compileMs,
    run: async () => {
      const start = performance.now();
      await program.explain(images, targets, { method: 'eigengradcam', sign: 'evidence' });
      return performance.now() - start;
    },
    dispose: () => program.dispose(),
  };
}
