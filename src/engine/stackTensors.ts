import { formatShape, sameShape, sizeOf, type HostTensor, type TensorData } from './tensor.ts';

/** Tensors of one type as one, `[count, ...shape]`. Throws RangeError when there is none, or when their types differ. */
export function stackTensors(tensors: readonly HostTensor[]): HostTensor {
  const first = tensors.at(0);
  if (!first) throw new RangeError('stackTensors: there is no tensor.');
  const size = sizeOf(first.shape);
  const data = emptyData(first, tensors.length * size);
  tensors.forEach((tensor, index) => {
    if (tensor.dtype !== first.dtype || !sameShape(tensor.shape, first.shape)) {
      throw new RangeError(
        `stackTensors: ${tensor.dtype} ${formatShape(tensor.shape)} is not ${first.dtype} ${formatShape(first.shape)}.`,
      );
    }
    data.set(tensor.data, index * size);
  });
  return { dtype: first.dtype, shape: [tensors.length, ...first.shape], data };
}

/** The tensor at `index` of a stack `[count, ...shape]`; it shares the stack's memory. */
export function tensorAt({ dtype, shape: [count, ...shape], data }: HostTensor, index: number): HostTensor {
  if (!(index >= 0 && index < count))
    throw new RangeError(`tensorAt: ${index} is outside a stack of ${count}.`);
  const size = sizeOf(shape);
  return { dtype, shape, data: data.subarray(index * size, (index + 1) * size) };
}

/** Room for numbers as the tensor's; on the reference device they are in double precision. */
function emptyData({ data }: HostTensor, length: number): TensorData {
  const constructor = data.constructor as new (length: number) => TensorData;
  return new constructor(length);
}
