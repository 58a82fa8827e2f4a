import { batchesOf, gatherImages } from '../data/batch.ts';
import { floatTensor, sizeOf } from '../engine/tensor.ts';
import type { ModelState } from '../nn/modelState.ts';
import { AUTOENCODER_PREFIX, latentShape, traceEncoding } from '../tsynd/latentPrograms.ts';
import { autoencoderImages } from './autoencoderImages.ts';
import { release } from '../engine/devices/release.ts';
import type { RunSession } from './runSession.ts';

/** Standard deviation of each latent channel over the images that the autoencoder sees and all positions, `[D]`. */
export async function latentDeviation(
  session: RunSession,
  state: ModelState,
  batchSize: number,
): Promise<Float32Array> {
  const { configs, device } = session;
  const images = autoencoderImages(session);
  const config = { ...configs, batchSize };
  const channels = configs.autoencoder.latentChannels;
  const baked = new Map([...state].map(([name, tensor]) => [AUTOENCODER_PREFIX + name, tensor]));
  const encoder = await device.compile(traceEncoding(config), { baked });
  const still = {
    noise: await device.upload(floatTensor(latentShape(config), 0)),
    noiseScale: await device.upload(floatTensor([channels], 0)),
  };
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let count = 0;
  const order = Int32Array.from({ length: images.count }, (_, index) => index);
  for (const indices of batchesOf(order, batchSize, { dropLast: true })) {
    const batch = await device.upload(gatherImages(images, indices));
    const encoded = await encoder.run({ images: batch, ...still });
    const { data, shape } = await encoded.quantized.read();
    const area = sizeOf(shape.slice(2));
    data.forEach((value, position) => {
      const channel = Math.floor(position / area) % channels;
      sums[channel] += value;
      squares[channel] += value * value;
    });
    count += shape[0] * area;
    release({ batch }, encoded);
  }
  release(still);
  await encoder.dispose();
  return Float32Array.from(sums, (sum, channel) =>
    Math.sqrt(Math.max(0, squares[channel] / count - (sum / count) ** 2)),
  );
}
