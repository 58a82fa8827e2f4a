import { z } from 'zod';

import { formatShape, sizeOf, type HostTensor, type TensorData } from '../engine/tensor.ts';
import { TsyndError } from '../protocol/errors.ts';
import { describeIssues } from './describeIssues.ts';
import { fromBrain, fromHalves } from './halfPrecision.ts';
import { readIfPresent } from './readIfPresent.ts';
import { writeFileAtomic } from './safeWrite.ts';

/**
 * Named tensors in one file, after https://huggingface.co/docs/safetensors: the header's length (8 bytes), the header
 * (JSON), then the values back to back. All numbers are little-endian, as are all platforms that this program runs on.
 */
export interface Safetensors {
  /** In the order in which the values lie in the file. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: Readonly<Partial<Record<string, string>>>;
}

const METADATA_KEY = '__metadata__';
const LENGTH_BYTES = 8;
const HEADER_ALIGNMENT = 8;

interface StoredType {
  readonly bytesPerValue: number;
  /** The values, over all of `bytes`' buffer; throws RangeError for a value that `dtype` cannot hold. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => Pick<HostTensor, 'dtype' | 'data'>;
}

const STORED_TYPES = new Map<string, StoredType>([
  ['F32', { bytesPerValue: 4, read: ({ buffer }) => ({ dtype: 'float32', data: new Float32Array(buffer) }) }],
  ['F64', { bytesPerValue: 8, read: ({ buffer }) => ({ dtype: 'float32', data: new Float64Array(buffer) }) }],
  ['F16', { bytesPerValue: 2, read: ({ buffer }) => ({ dtype: 'float32', data: fromHalves(buffer) }) }],
  ['BF16', { bytesPerValue: 2, read: ({ buffer }) => ({ dtype: 'float32', data: fromBrain(buffer) }) }],
  ['I32', { bytesPerValue: 4, read: ({ buffer }) => ({ dtype: 'int32', data: new Int32Array(buffer) }) }],
  [
    'I64',
    { bytesPerValue: 8, read: ({ buffer }) => ({ dtype: 'int32', data: narrow(new BigInt64Array(buffer)) }) },
  ],
  ['U8', { bytesPerValue: 1, read: (bytes) => ({ dtype: 'int32', data: Int32Array.from(bytes) }) }],
  ['BOOL', { bytesPerValue: 1, read: (bytes) => ({ dtype: 'bool', data: requireBits(bytes) }) }],
]);

const naturalSchema = z.int().min(0);
const headerSchema = z.record(
  z.string(),
  z.strictObject({
    dtype: z.string(),
    shape: z.array(naturalSchema),
    data_offsets: z.tuple([naturalSchema, naturalSchema]),
  }),
);
const metadataSchema = z.record(z.string(), z.string());

type Entry = z.infer<typeof headerSchema>[string] & { readonly name: string };

/**
 * The bytes of a file that holds `tensors` in their order. Float64Array values are kept in full as F64; the header is
 * padded with spaces so that the values begin at a multiple of 8.
 *
 * The same tensors and metadata in the same order give the same bytes. Throws RangeError when the values of a tensor
 * do not fill its shape, or a tensor has the name that the format reserves.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Written member by member, since an object would move keys such as "0" to its front.
  const members: string[] = [];
  if (Object.keys(metadata).length > 0) members.push(`"${METADATA_KEY}":${JSON.stringify(metadata)}`);
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === METADATA_KEY)
      throw new RangeError(`encodeSafetensors: no tensor can be named ${METADATA_KEY}.`);
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(
        `encodeSafetensors: ${name} has ${data.length} values for shape ${formatShape(shape)}.`,
      );
    }
    const begin = end;
    end += data.byteLength;
    const entry = { dtype: storedTypeOf(data), shape, data_offsets: [begin, end] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = new TextEncoder().encode(`{${members.join(',')}}`);
  const headerLength = Math.ceil(header.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;

  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(' '.charCodeAt(0), LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerLength;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a file. F16, BF16, F32 and F64 become `float32` (F64 in a Float64Array), none with a loss; I32, I64 and
 * U8 become `int32`; BOOL becomes `bool`. The values are copied, so that `bytes` can be let go.
 *
 * Throws TsyndError 'run/corrupt' when the file is truncated or contradicts itself, and 'archive/unsupported' for
 * other element types, for I64 values beyond 32 bits and for BOOL values other than 0 and 1. `fileName` names the file in
 * messages.
 */
export function decodeSafetensors(bytes: Uint8Array, fileName: string): Safetensors {
  const valuesStart = findValues(bytes, fileName);
  const { entries, metadata } = readHeader(bytes.subarray(LENGTH_BYTES, valuesStart), fileName);
  checkLayout(entries, bytes.length - valuesStart, fileName);
  const tensors = new Map<string, HostTensor>();
  for (const entry of entries) {
    const [begin, end] = entry.data_offsets;
    tensors.set(
      entry.name,
      readTensor(entry, bytes.subarray(valuesStart + begin, valuesStart + end), fileName),
    );
  }
  return { tensors, metadata };
}

/** Reads a file; see {@link decodeSafetensors}. Throws TsyndError 'run/not-found' when there is none. */
export async function readSafetensors(filePath: string): Promise<Safetensors> {
  const bytes = await readIfPresent(filePath);
  if (bytes === undefined) {
    throw new TsyndError('run/not-found', `There is no file ${filePath}.`, {
      remedy: 'Check the path; a run has its checkpoints only once their stage has begun.',
    });
  }
  return decodeSafetensors(bytes, filePath);
}

/** Writes a file beside its final name and renames it; see {@link encodeSafetensors}. */
export async function writeSafetensors(
  filePath: string,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(filePath, encodeSafetensors(tensors, metadata));
}

function storedTypeOf(data: TensorData): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'BOOL';
}

/** Where the values begin. */
function findValues(bytes: Uint8Array, fileName: string): number {
  if (bytes.length < LENGTH_BYTES) throw corrupt(fileName, `it has only ${bytes.length} bytes`);
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const available = bytes.length - LENGTH_BYTES;
  if (headerLength > BigInt(available)) {
    throw corrupt(
      fileName,
      `its header should have ${headerLength.toString()} bytes, but only ${available} follow`,
    );
  }
  return LENGTH_BYTES + Number(headerLength);
}

function readHeader(
  bytes: Uint8Array,
  fileName: string,
): { entries: Entry[]; metadata: Record<string, string> } {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { [METADATA_KEY]: metadata, ...members } = z.record(z.string(), z.unknown()).parse(parsed);
    const entries = Object.entries(headerSchema.parse(members)).map(([name, entry]) => ({ name, ...entry }));
    entries.sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
    return { entries, metadata: metadataSchema.parse(metadata ?? {}) };
  } catch (error) {
    const reason = error instanceof z.ZodError ? describeIssues(error) : String(error);
    throw corrupt(fileName, `its header cannot be read (${reason})`, error);
  }
}

/** Throws unless the tensors, in the order of their offsets, fill the values without gaps or overlaps. */
function checkLayout(entries: readonly Entry[], valueBytes: number, fileName: string): void {
  let expectedBegin = 0;
  for (const entry of entries) {
    const { name, dtype, shape } = entry;
    const [begin, end] = entry.data_offsets;
    if (begin !== expectedBegin) {
      const fault = begin < expectedBegin ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw corrupt(fileName, `${name} begins at byte ${begin}, not ${expectedBegin}, and so ${fault}`);
    }
    const expectedBytes = sizeOf(shape) * typeNamed(entry, fileName).bytesPerValue;
    if (end - begin !== expectedBytes) {
      throw corrupt(
        fileName,
        `${name} has ${end - begin} bytes where ${dtype} ${formatShape(shape)} needs ${expectedBytes}`,
      );
    }
    expectedBegin = end;
  }
  if (expectedBegin !== valueBytes) {
    throw corrupt(fileName, `its tensors need ${expectedBegin} bytes, but ${valueBytes} are there`);
  }
}

function readTensor(entry: Entry, values: Uint8Array, fileName: string): HostTensor {
  const type = typeNamed(entry, fileName);
  try {
    // A copy begins at 0 of its own buffer, as typed arrays of more than one byte demand.
    return { shape: entry.shape, ...type.read(new Uint8Array(values)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unsupported(`${fileName}: ${entry.name} ${error.message}.`, entry, fileName);
  }
}

function typeNamed(entry: Entry, fileName: string): StoredType {
  const type = STORED_TYPES.get(entry.dtype);
  if (type) return type;
  throw unsupported(`${fileName}: ${entry.name} has the element type ${entry.dtype}.`, entry, fileName);
}

function narrow(values: BigInt64Array): Int32Array {
  const narrowed = Int32Array.from(values, Number);
  const lost = values.findIndex((value, index) => value !== BigInt(narrowed[index]));
  if (lost >= 0)
    throw new RangeError(`holds ${values[lost].toString()} at ${lost}, which does not fit into 32 bits`);
  return narrowed;
}

function requireBits(bytes: Uint8Array): Uint8Array {
  const wrong = bytes.findIndex((value) => value > 1);
  if (wrong >= 0) throw new RangeError(`holds ${bytes[wrong]} at ${wrong}, which is neither true nor false`);
  return bytes;
}

function unsupported(message: string, { name, dtype }: Entry, fileName: string): TsyndError {
  return new TsyndError('archive/unsupported', message, {
    remedy: `Convert the tensor to one of ${[...STORED_TYPES.keys()].join(', ')}, with whole numbers in 32 bits.`,
    details: { file: fileName, tensor: name, dtype },
  });
}

function corrupt(fileName: string, reason: string, cause?: unknown): TsyndError {
  return new TsyndError('run/corrupt', `${fileName} is damaged: ${reason}.`, {
    remedy: 'Restore the file from a copy, or make it again.',
    details: { file: fileName },
    cause,
  });
}
