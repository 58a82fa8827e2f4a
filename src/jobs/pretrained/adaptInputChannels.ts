import { sameShape, type HostTensor, type Shape } from '../../engine/tensor.ts';

export interface AdaptedTensor {
  readonly tensor: HostTensor;
  /** What was done to it, as the beginning of a sentence. */
  readonly note?: string;
}

/**
 * A tensor in the shape that is wanted, or undefined where it cannot be. Filters `[O, 3, h, w]` of a first layer become
 * `[O, 1, h, w]` by their sum over channels, which is what they would see of a grey image that is repeated in all
 * three; `[O, 1, h, w]` become `[O, 3, h, w]` by a third for each channel, which sees a grey image as before.
 */
export function adaptInputChannels(tensor: HostTensor, wanted: Shape): AdaptedTensor | undefined {
  const { shape } = tensor;
  if (sameShape(shape, wanted)) return { tensor };
  const [from, to] = [shape[1], wanted[1]];
  const areFilters = shape.length === 4 && sameShape([shape[0], to, ...shape.slice(2)], wanted);
  if (areFilters && from === 3 && to === 1) {
    return { tensor: sumChannels(tensor), note: 'Filters for colour images were summed for grey ones' };
  }
  if (areFilters && from === 1 && to === 3) {
    return { tensor: repeatChannel(tensor), note: 'Filters for grey images were spread over three channels' };
  }
  return undefined;
}

function sumChannels({ dtype, shape, data }: HostTensor): HostTensor {
  const [filters, channels, height, width] = shape;
  const area = height * width;
  const summed = new Float32Array(filters * area);
  for (let filter = 0; filter < filters; filter++) {
    for (let i = 0; i < area; i++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++)
        sum += data[(filter * channels + channel) * area + i];
      summed[filter * area + i] = sum;
    }
  }
  return { dtype, shape: [filters, 1, height, width], data: summed };
}

function repeatChannel({ dtype, shape, data }: HostTensor): HostTensor {
  const [filters, , height, width] = shape;
  const area = height * width;
  const spread = Float32Array.from({ length: filters * 3 * area }, (_, position) => {
    const filter = Math.floor(position / (3 * area));
    return data[filter * area + (position % area)] / 3;
  });
  return { dtype, shape: [filters, 3, height, width], data: spread };
}
