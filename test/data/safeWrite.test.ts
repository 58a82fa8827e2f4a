import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { makeFolder, renameIntoPlace, toWriteError, writeFileAtomic } from '../../src/data/safeWrite.ts';
import { assertFails, temporaryFolder } from './helpers.ts';

test('writes and replaces a file, and leaves no temporary file behind', async (context) => {
  const folder = await temporaryFolder(context);
  const file = path.join(folder, 'run.json');
  await writeFileAtomic(file, 'first');
  await writeFileAtomic(file, new Uint8Array([1, 2, 3]));
  assert.deepEqual([...(await readFile(file))], [1, 2, 3]);
  assert.deepEqual(await readdir(folder), ['run.json']);
});

test('a failed rename removes the temporary file and keeps what was there', async (context) => {
  const folder = await temporaryFolder(context);
  const target = path.join(folder, 'taken');
  await mkdir(target);
  await writeFile(path.join(target, 'inside'), 'kept');
  await assertFails(
    () => writeFileAtomic(target, 'x'),
    'file/write',
    /Could not write .*taken: a folder has that name/,
  );
  assert.deepEqual(await readdir(folder), ['taken']);
});

test('a file that somebody has open on Windows is renamed when it is closed', async () => {
  let attempts = 0;
  const renameWhere = (platform: NodeJS.Platform, code: string): Promise<void> => {
    attempts = 0;
    const attempt = (): Promise<void> =>
      ++attempts <= 2 ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve();
    return renameIntoPlace('a', 'b', { platform, attempt });
  };
  await renameWhere('win32', 'EPERM');
  assert.equal(attempts, 3);
  await assert.rejects(renameWhere('linux', 'EPERM'), { code: 'EPERM' });
  assert.equal(attempts, 1);
  await assert.rejects(renameWhere('win32', 'ENOENT'), { code: 'ENOENT' });
  assert.equal(attempts, 1);
});

test('a missing folder, a full disk and a forbidden place are said in plain words', async (context) => {
  const folder = await temporaryFolder(context);
  await assertFails(
    () => writeFileAtomic(path.join(folder, 'none', 'a.txt'), 'x'),
    'file/write',
    /its folder does not exist/,
    /Create the folder/,
  );
  const cases = [
    ['ENOSPC', /the disk is full/],
    ['EACCES', /no permission/],
    ['EROFS', /read-only/],
  ] as const;
  for (const [code, message] of cases) {
    const failure = Object.assign(new Error('write failed'), { code });
    assert.match(toWriteError(failure, '/out/a.png').message, message);
  }
});

test('makes a folder with those above it, again and again, and never hangs where that is impossible', async (context) => {
  const folder = path.join(await temporaryFolder(context), 'a', 'b', 'c');
  await makeFolder(folder);
  await makeFolder(folder);
  assert.ok(statSync(folder).isDirectory());
  // Node's own recursive mkdir never returns here.
  if (existsSync('/proc')) await assert.rejects(makeFolder('/proc/tsynd/runs'), { code: 'file/write' });
});
