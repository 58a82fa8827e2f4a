import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

import { openZip, type ZipArchive } from '../../src/data/zipArchive.ts';
import { assertFails, temporaryFolder, zipOf, type ZipInput } from './helpers.ts';

const TEXT = Buffer.from('ultrasound '.repeat(500));

async function openBytes(
  context: TestContext,
  bytes: Uint8Array,
  maxEntryBytes?: number,
): Promise<ZipArchive> {
  const file = path.join(await temporaryFolder(context), 'a.npz');
  await writeFile(file, bytes);
  const archive = await openZip(file, maxEntryBytes);
  context.after(() => archive.close());
  return archive;
}

const openInputs = (context: TestContext, ...inputs: ZipInput[]): Promise<ZipArchive> =>
  openBytes(context, zipOf(inputs));

test('reads stored and deflated entries, whole and from their beginning', async (context) => {
  const archive = await openInputs(
    context,
    { name: 'a', bytes: TEXT, method: 'stored' },
    { name: 'b', bytes: TEXT, method: 'deflated' },
    { name: 'empty', bytes: new Uint8Array(0), method: 'stored' },
  );
  assert.deepEqual(archive.names, ['a', 'b', 'empty']);
  assert.equal(archive.sizeOf('b'), TEXT.length);
  for (const name of ['a', 'b']) {
    assert.deepEqual(await archive.read(name), TEXT);
    assert.equal((await archive.peek(name, 10)).toString(), 'ultrasound');
  }
  assert.equal((await archive.read('empty')).length, 0);
});

test('an archive cut anywhere is a corrupt archive', async (context) => {
  const bytes = zipOf([
    { name: 'a', bytes: TEXT },
    { name: 'b', bytes: TEXT, method: 'stored' },
  ]);
  for (const kept of [0, 1, 3, 30, 60, 200, bytes.length - 23, bytes.length - 1]) {
    await assertFails(
      () => openBytes(context, bytes.subarray(0, kept)),
      'archive/corrupt',
      /not a complete zip archive/,
    );
  }
});

test('every single flipped byte of the data is noticed', async (context) => {
  const bytes = zipOf([{ name: 'a', bytes: TEXT }]);
  const dataStart = 31;
  const dataEnd = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (let position = dataStart; position < dataEnd; position++) {
    const altered = Buffer.from(bytes);
    altered[position] ^= 0x55;
    const archive = await openBytes(context, altered);
    await assertFails(() => archive.read('a'), 'archive/corrupt', /entry a|a\.npz/);
  }
});

test('a wrong checksum and wrong sizes are refused', async (context) => {
  const cases: readonly (readonly [Partial<ZipInput>, RegExp])[] = [
    [{ declaredCrc: 1 }, /does not match its checksum/],
    [{ declaredSize: TEXT.length + 1 }, /entry a/],
    [{ declaredSize: TEXT.length - 1 }, /entry a/],
    [{ declaredSize: 0xfffffff0 }, /declares more bytes than its compressed data can hold/],
  ];
  for (const [lie, message] of cases) {
    const archive = await openInputs(context, { name: 'a', bytes: TEXT, ...lie });
    await assertFails(() => archive.read('a'), 'archive/corrupt', message);
  }
});

test('unknown compression, doubled names and entries beyond the limit are refused', async (context) => {
  const unknown = await openInputs(context, { name: 'a', bytes: TEXT, declaredMethod: 14 });
  await assertFails(() => unknown.read('a'), 'archive/unsupported', /compression method 14/);
  const twice = { name: 'a', bytes: TEXT };
  await assertFails(() => openInputs(context, twice, twice), 'archive/corrupt', /two entries named a/);
  const bomb = zipOf([{ name: 'a', bytes: new Uint8Array(3 * 2 ** 20) }]);
  const archive = await openBytes(context, bomb, 2 ** 20);
  await assertFails(() => archive.read('a'), 'archive/unsupported', /unpacks to 3 MiB, more than the 1 MiB/);
});

test('a missing file is not found', async () => {
  await assertFails(() => openZip('/nowhere/a.npz'), 'dataset/not-found', /There is no file/);
});
