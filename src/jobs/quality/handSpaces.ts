import { createHash } from 'node:crypto';
import { sizeOf, type HostTensor } from '../../engine/tensor.ts';
import { pixelFeatures } from '../../evaluation/quality/pixelFeatures.ts';
import { RADIOMICS_VERSION, radiomicFeatures } from '../../evaluation/quality/radiomics/radiomicFeatures.ts';
import type { FeatureSpace } from './featureSpace.ts';

const PIXELS_VERSION = 'tsynd-pixels-1';

/** The spaces whose features need no training, and so no run. */
export function handSpaces(): FeatureSpace[] {
  return [
    handSpace('pixels', PIXELS_VERSION, false, pixelFeatures),
    handSpace('radiomics', RADIOMICS_VERSION, true, radiomicFeatures),
  ];
}

type ImageFeatures = (
  pixels: Float32Array | Float64Array,
  channels: 1 | 3,
  side: number,
) => ArrayLike<number>;

function handSpace(
  name: FeatureSpace['name'],
  version: string,
  isStandardised: boolean,
  featuresOf: ImageFeatures,
): FeatureSpace {
  return {
    name,
    sha256: createHash('sha256').update(version).digest('hex'),
    isStandardised,
    measure: (images) => Promise.resolve(measureEach(images, featuresOf)),
    dispose: () => Promise.resolve(),
  };
}

function measureEach({ shape, data }: HostTensor, featuresOf: ImageFeatures): Float64Array {
  const [n, channels, side] = shape;
  const size = sizeOf(shape.slice(1));
  const pixels = data instanceof Float64Array ? data : Float32Array.from(data);
  const rows = Array.from({ length: n }, (_, index) =>
    featuresOf(pixels.subarray(index * size, (index + 1) * size), channels === 1 ? 1 : 3, side),
  );
  const dimensions = rows[0]?.length ?? 0;
  const features = new Float64Array(n * dimensions);
  rows.forEach((row, index) => features.set(row, index * dimensions));
  return features;
}
