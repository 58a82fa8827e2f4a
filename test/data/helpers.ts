import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';

import sharp from 'sharp';

import { TsyndError, describeError, type ErrorCode } from '../../src/protocol/errors.ts';

/** Public datasets and broken files that lie beside the checkout on some machines. */
export const SHARED_DATA = path.resolve(import.meta.dirname, '../../../shared/data');

/** For the `skip` option of a test that needs `file` of the shared data. */
export function skipWithout(file: string): string | false {
  return existsSync(path.join(SHARED_DATA, file)) ? false : `shared/data/${file} is not here`;
}

/** A folder that is removed when the test ends. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tsynd-data-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Checks that an action fails with one readable TsyndError. */
export async function assertFails(
  action: () => unknown,
  code: ErrorCode,
  message: RegExp,
  remedy?: RegExp,
): Promise<void> {
  await assert.rejects(Promise.resolve().then(action), (error: unknown) => {
    assert.ok(error instanceof TsyndError, `not a TsyndError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.match(error.message, /^[^\n]+\.$/, 'one sentence on one line');
    assert.match(error.remedy ?? '', remedy ?? /\S.*[.?]$/);
    assert.doesNotMatch(describeError(error), /undefined|\[object/);
    return true;
  });
}

export interface ZipInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: 'stored' | 'deflated';
  /** Declared instead of the true values. */
  readonly declaredSize?: number;
  readonly declaredCrc?: number;
  readonly declaredMethod?: number;
}

/** A zip archive, as the ZIP specification (APPNOTE) lays it out, optionally lying about its entries. */
export function zipOf(inputs: readonly ZipInput[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const input of inputs) {
    const name = Buffer.from(input.name);
    const isStored = input.method === 'stored';
    const data = isStored ? Buffer.from(input.bytes) : deflateRawSync(input.bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(input.declaredMethod ?? (isStored ? 0 : 8), 4);
    fields.writeUInt32LE(input.declaredCrc ?? crc32(input.bytes), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(input.declaredSize ?? input.bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, name);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), fields, name, data];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(inputs.length, 8);
  end.writeUInt16LE(inputs.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** The bytes of an .npy file, format version 1. */
export function npyOf(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  fortranOrder = false,
): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const order = fortranOrder ? 'True' : 'False';
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const prefix = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  prefix.writeUInt16LE(header.length, 8);
  return Buffer.concat([prefix, Buffer.from(header, 'latin1'), data]);
}

export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Writes a PNG of one grey value into a file, with the folders above it. */
export async function writeGreyPng(
  filePath: string,
  grey: number,
  width = 28,
  height = width,
): Promise<void> {
  await mkdir(path.dirname(filePath), { recursive: true });
  const pixels = new Uint8Array(width * height).fill(grey);
  const image = sharp(pixels, { raw: { width, height, channels: 1 } });
  await writeFile(filePath, await image.toColourspace('b-w').png().toBuffer());
}
