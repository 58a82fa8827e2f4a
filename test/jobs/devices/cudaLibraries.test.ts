import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { CUDA_LIBRARIES, linkCudaLibraries } from '../../../src/jobs/devices/cudaLibraries.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const root = temporaryFolder();

function folderWith(name: string, libraries: readonly string[]): string {
  const folder = path.join(root, name);
  mkdirSync(folder);
  for (const library of libraries) writeFileSync(path.join(folder, library), name);
  return folder;
}

test('installed libraries are found beside the runtime, also after an update has taken the links away', async () => {
  const from = folderWith('installed', CUDA_LIBRARIES);
  const runtime = folderWith('runtime', ['libonnxruntime.so.1']);
  for (let update = 0; update < 2; update++) {
    await linkCudaLibraries(runtime, from);
    for (const name of CUDA_LIBRARIES)
      assert.equal(readFileSync(path.join(runtime, name), 'utf8'), 'installed');
    for (const name of CUDA_LIBRARIES) rmSync(path.join(runtime, name));
  }
  assert.deepEqual(readdirSync(runtime), ['libonnxruntime.so.1']);
});

test('a link to what has been removed is replaced', async () => {
  const from = folderWith('again', CUDA_LIBRARIES);
  const runtime = folderWith('broken', []);
  symlinkSync(path.join(root, 'gone'), path.join(runtime, CUDA_LIBRARIES[0]));
  await linkCudaLibraries(runtime, from);
  assert.equal(readFileSync(path.join(runtime, CUDA_LIBRARIES[0]), 'utf8'), 'again');
});

test("the runtime's own libraries stay, and nothing is linked where none are installed", async () => {
  const own = folderWith('own', CUDA_LIBRARIES);
  await linkCudaLibraries(own, folderWith('other', CUDA_LIBRARIES));
  assert.equal(readFileSync(path.join(own, CUDA_LIBRARIES[0]), 'utf8'), 'own');

  const runtime = folderWith('bare', []);
  await linkCudaLibraries(runtime, path.join(root, 'nowhere'));
  assert.deepEqual(readdirSync(runtime), []);
});

test('a runtime that cannot be linked into is named', async () => {
  const runtime = path.join(root, 'missing');
  await assert.rejects(linkCudaLibraries(runtime, folderWith('more', CUDA_LIBRARIES)), {
    code: 'device/unavailable',
    message: /missing \(ENOENT\)/,
  });
  assert.ok(!existsSync(runtime));
});
