import { sizeOf, type HostTensor, type Shape } from '../engine/tensor.ts';
import { TsyndError } from '../protocol/errors.ts';

/** Element types in NumPy's notation without the byte order, e.g. `u1` for uint8. */
export type NpyType = 'b1' | 'u1' | 'u2' | 'u4' | 'u8' | 'i1' | 'i2' | 'i4' | 'i8' | 'f4' | 'f8';

export type NpyData =
  Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export interface NpyHeader {
  readonly type: NpyType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  /** Where the elements begin, in bytes. */
  readonly dataOffset: number;
  /** Length of the elements, in bytes. */
  readonly dataBytes: number;
}

export interface NpyArray {
  readonly type: NpyType;
  readonly shape: Shape;
  /** Row-major; 64-bit integers are held as float64, exact up to 2^53. */
  readonly data: NpyData;
}

/** More than any header of a numeric array needs; format version 1 cannot exceed it. */
export const MAX_HEADER_BYTES = 65_536;

const MAGIC = '\x93NUMPY';
const TYPES: ReadonlySet<string> = new Set<NpyType>([
  'b1',
  'u1',
  'u2',
  'u4',
  'u8',
  'i1',
  'i2',
  'i4',
  'i8',
  'f4',
  'f8',
]);

/**
 * Reads the header of an .npy file (format versions 1 to 3, as described in numpy.lib.format) from its first bytes.
 * Nothing is evaluated or unpickled. `name` is how messages call the file.
 *
 * Throws TsyndError 'archive/corrupt' for a malformed header, 'archive/unsupported' for object arrays (which hold
 * pickled Python code) and for other element types.
 */
export function parseNpyHeader(bytes: Buffer, name: string): NpyHeader {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== MAGIC)
    throw corrupt(name, 'it is not an .npy array');
  const version = bytes[6];
  if (version < 1 || version > 3) throw unsupported(name, `has format version ${version}`);
  const textOffset = version === 1 ? 10 : 12;
  const textLength = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const dataOffset = textOffset + textLength;
  if (textLength > MAX_HEADER_BYTES) throw corrupt(name, `its header of ${textLength} bytes is too long`);
  if (dataOffset > bytes.length) throw corrupt(name, 'it ends inside its header');

  const text = bytes.toString(version === 3 ? 'utf8' : 'latin1', textOffset, dataOffset);
  const { type, bigEndian } = parseDescr(text, name);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const dimensions = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (!order || !dimensions) throw corrupt(name, 'its header lacks the shape or the element order');
  const shape = [...dimensions[1].matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const dataBytes = sizeOf(shape) * Number(type[1]);
  if (!Number.isSafeInteger(dataBytes)) throw corrupt(name, 'its shape is too large');
  return { type, bigEndian, fortranOrder: order[1] === 'True', shape, dataOffset, dataBytes };
}

function parseDescr(text: string, name: string): { type: NpyType; bigEndian: boolean } {
  const descr = /'descr'\s*:\s*'([<>|=]?)([A-Za-z]\d*)'/.exec(text);
  if (!descr) {
    if (/'descr'\s*:\s*\[/.test(text)) throw unsupported(name, 'is a structured array');
    throw corrupt(name, 'its header lacks the element type');
  }
  const type = descr[2];
  if (type.startsWith('O')) throw unsupported(name, 'holds pickled Python objects, which are never opened');
  if (!isNpyType(type)) throw unsupported(name, `has element type ${descr[1]}${type}`);
  return { type, bigEndian: descr[1] === '>' };
}

function isNpyType(text: string): text is NpyType {
  return TYPES.has(text);
}

/** Reads a whole .npy file. Throws like `parseNpyHeader`, and 'archive/corrupt' when the data are cut short. */
export function parseNpy(bytes: Buffer, name: string): NpyArray {
  const header = parseNpyHeader(bytes, name);
  const { type, shape, dataOffset, dataBytes } = header;
  if (bytes.length !== dataOffset + dataBytes) {
    throw corrupt(
      name,
      `it has ${bytes.length - dataOffset} bytes of data where its shape needs ${dataBytes}`,
    );
  }
  const raw = bytes.subarray(dataOffset, dataOffset + dataBytes);
  const data = viewElements(header.bigEndian ? swapped(raw, Number(type[1])) : raw, type, name);
  return { type, shape, data: header.fortranOrder && shape.length > 1 ? toRowMajor(data, shape) : data };
}

/** A float32 tensor as the bytes of an .npy file. Throws RangeError for other element types. */
export function writeNpy(tensor: HostTensor): Buffer {
  if (!(tensor.data instanceof Float32Array))
    throw new RangeError(`writeNpy: the tensor is ${tensor.dtype}, not float32.`);
  return encodeNpy(tensor.data, tensor.shape);
}

/** Row-major elements as the bytes of an .npy file, format version 1, little-endian. */
export function encodeNpy(data: Uint8Array | Uint16Array | Float32Array, shape: Shape): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descrOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefixBytes = 10;
  // The format asks that the data begin at a multiple of 64, and that the header end in a line feed.
  const dataOffset = Math.ceil((prefixBytes + text.length + 1) / 64) * 64;
  const bytes = Buffer.alloc(dataOffset + data.byteLength);
  bytes.write(`${MAGIC}\x01\x00`, 0, 'latin1');
  bytes.writeUInt16LE(dataOffset - prefixBytes, 8);
  bytes.write(`${text.padEnd(dataOffset - prefixBytes - 1)}\n`, prefixBytes, 'latin1');
  // All machines that Node and ONNX Runtime run on are little-endian.
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataOffset);
  return bytes;
}

function descrOf(data: Uint8Array | Uint16Array | Float32Array): string {
  if (data instanceof Uint8Array) return '|u1';
  return data instanceof Uint16Array ? '<u2' : '<f4';
}

/** Elements over little-endian bytes; without a copy where the alignment allows. */
function viewElements(raw: Buffer, type: NpyType, name: string): NpyData {
  const width = Number(type[1]);
  const aligned = raw.byteOffset % width === 0 ? raw : Buffer.from(new Uint8Array(raw).buffer);
  const { buffer, byteOffset } = aligned;
  const length = raw.length / width;
  switch (type) {
    case 'b1':
    case 'u1':
      return new Uint8Array(buffer, byteOffset, length);
    case 'u2':
      return new Uint16Array(buffer, byteOffset, length);
    case 'u4':
      return new Uint32Array(buffer, byteOffset, length);
    case 'i1':
      return new Int8Array(buffer, byteOffset, length);
    case 'i2':
      return new Int16Array(buffer, byteOffset, length);
    case 'i4':
      return new Int32Array(buffer, byteOffset, length);
    case 'u8':
      return narrowed(new BigUint64Array(buffer, byteOffset, length), name);
    case 'i8':
      return narrowed(new BigInt64Array(buffer, byteOffset, length), name);
    case 'f4':
      return new Float32Array(buffer, byteOffset, length);
    case 'f8':
      return new Float64Array(buffer, byteOffset, length);
  }
}

function narrowed(values: BigInt64Array | BigUint64Array, name: string): Float64Array {
  const numbers = new Float64Array(values.length);
  values.forEach((value, index) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw unsupported(name, `holds ${value} at ${index}, which is beyond 2^53`);
    numbers[index] = number;
  });
  return numbers;
}

function swapped(raw: Buffer, width: number): Buffer {
  const copy = Buffer.from(raw);
  if (width === 2) return copy.swap16();
  if (width === 4) return copy.swap32();
  return width === 8 ? copy.swap64() : copy;
}

/** Reorders column-major elements (first axis fastest) to row-major. */
function toRowMajor<T extends NpyData>(data: T, shape: Shape): T {
  const ordered = data.slice() as T;
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  let source = 0;
  for (let target = 0; target < ordered.length; target++) {
    ordered[target] = data[source];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return ordered;
}

function corrupt(name: string, reason: string): TsyndError {
  return new TsyndError('archive/corrupt', `The array ${name} is broken: ${reason}.`, {
    remedy: 'Download or save the file again.',
  });
}

function unsupported(name: string, what: string): TsyndError {
  return new TsyndError('archive/unsupported', `The array ${name} ${what}.`, {
    remedy: 'Save it as a plain numeric array, e.g. with array.astype(numpy.uint8).',
  });
}
