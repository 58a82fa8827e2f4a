/** Sizes of a tensor's axes, outermost first, e.g. `[N, C, H, W]`; `[]` is a scalar. */
export type Shape = readonly number[];

/** Element types of the engine. On the float64 reference device `float32` values are held in double precision. */
export type DType = 'float32' | 'int32' | 'bool';

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * A dense tensor in the memory of this process, row-major.
 *
 * `float32` is held in a `Float32Array` (a `Float64Array` on the reference device), `int32` in an `Int32Array`,
 * `bool` in a `Uint8Array` of 0 and 1.
 */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Row-major strides of a shape, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** `[64, 3, 28, 28]` as it is written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** A float tensor over `data`, or filled with one value; throws RangeError when the length does not fit the shape. */
export function floatTensor(
  shape: Shape,
  data: Float32Array | Float64Array | readonly number[] | number,
): HostTensor {
  const size = sizeOf(shape);
  if (typeof data === 'number') return { dtype: 'float32', shape, data: new Float32Array(size).fill(data) };
  const values =
    data instanceof Float32Array || data instanceof Float64Array ? data : Float32Array.from(data);
  return checked({ dtype: 'float32', shape, data: values });
}

export function intTensor(shape: Shape, data: Int32Array | readonly number[]): HostTensor {
  return checked({ dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) });
}

export function boolTensor(shape: Shape, data: Uint8Array | readonly boolean[]): HostTensor {
  const values = data instanceof Uint8Array ? data : Uint8Array.from(data, (value) => (value ? 1 : 0));
  return checked({ dtype: 'bool', shape, data: values });
}

function checked(tensor: HostTensor): HostTensor {
  if (tensor.data.length !== sizeOf(tensor.shape)) {
    throw new RangeError(
      `tensor: ${tensor.data.length} values do not fill shape ${formatShape(tensor.shape)} of ${sizeOf(tensor.shape)}.`,
    );
  }
  return tensor;
}
