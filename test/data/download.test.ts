import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

import { downloadMedmnist } from '../../src/data/download.ts';
import { assertFails, SHARED_DATA, skipWithout, temporaryFolder } from './helpers.ts';

/** A server on loopback; resolves to its address and the paths that were asked for. */
async function serve(
  context: TestContext,
  listener: RequestListener,
): Promise<{ baseUrl: string; requested: (string | undefined)[] }> {
  const requested: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requested.push(request.url);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/files/`, requested };
}

const OFFICIAL = 'medmnist/breastmnist.npz';

test('downloads, checks and keeps the official file', { skip: skipWithout(OFFICIAL) }, async (context) => {
  const official = await readFile(path.join(SHARED_DATA, OFFICIAL));
  const { baseUrl, requested } = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': official.length }).end(official);
  });
  const directory = path.join(await temporaryFolder(context), 'new');
  const progress: (number | undefined)[] = [];
  const onProgress = (received: number, total: number | undefined): void =>
    void progress.push(received, total);
  const file = await downloadMedmnist('breastmnist', { directory, baseUrl, onProgress });
  assert.deepEqual(await readFile(file), official);
  assert.deepEqual(progress.slice(-2), [official.length, official.length]);
  assert.equal(await downloadMedmnist('breastmnist', { directory, baseUrl }), file);
  assert.deepEqual(requested, ['/files/breastmnist.npz?download=1']);
  assert.deepEqual(await readdir(directory), ['breastmnist.npz']);
});

test('a file with a wrong checksum is not kept', async (context) => {
  const { baseUrl, requested } = await serve(context, (_, response) => response.end('other bytes'));
  const directory = await temporaryFolder(context);
  await assertFails(
    () => downloadMedmnist('bloodmnist', { directory, baseUrl, size: 64 }),
    'download/checksum',
    /bloodmnist_64\.npz.* has MD5 [\da-f]{32}, expected 2b94928a2ae4916078ca51e05b6b800b/,
  );
  assert.deepEqual(requested, ['/files/bloodmnist_64.npz?download=1']);
  assert.deepEqual(await readdir(directory), []);
});

test('a status, a broken connection and no server are told apart', async (context) => {
  const directory = await temporaryFolder(context);
  const missing = await serve(context, (_, response) => response.writeHead(404).end('no'));
  const attempt = (baseUrl: string) => () => downloadMedmnist('octmnist', { directory, baseUrl });
  await assertFails(attempt(missing.baseUrl), 'download/failed', /the server answered 404 Not Found/);
  const torn = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('some', () => response.destroy());
  });
  await assertFails(attempt(torn.baseUrl), 'download/failed', /the connection broke off/);
  await assertFails(attempt('http://127.0.0.1:1/'), 'download/failed', /no connection \(.+\)/);
  assert.deepEqual(await readdir(directory), []);
});

test('an unknown flag suggests the nearest', async (context) => {
  const directory = await temporaryFolder(context);
  const cases = [
    ['brestmnist', 'breastmnist'],
    ['BloodMNIST', 'bloodmnist'],
    ['organmnist', 'organamnist'],
  ];
  for (const [flag, nearest] of cases) {
    const start = () => downloadMedmnist(flag, { directory });
    await assertFails(
      start,
      'download/unknown-flag',
      new RegExp(flag),
      new RegExp(`Did you mean ${nearest}\\?`),
    );
  }
});

test('another file of the same name is left alone', async (context) => {
  const directory = await temporaryFolder(context);
  await writeFile(path.join(directory, 'octmnist.npz'), 'mine');
  await assertFails(
    () => downloadMedmnist('octmnist', { directory }),
    'file/exists',
    /exists and is not the official/,
  );
  assert.equal(await readFile(path.join(directory, 'octmnist.npz'), 'utf8'), 'mine');
});

test('cancelling leaves nothing', async (context) => {
  const { baseUrl } = await serve(context, (_, response) => {
    response.writeHead(200);
    response.write('some');
  });
  const directory = await temporaryFolder(context);
  const controller = new AbortController();
  const options = { directory, baseUrl, signal: controller.signal, onProgress: () => controller.abort() };
  await assertFails(
    () => downloadMedmnist('octmnist', options),
    'cancelled',
    /octmnist\.npz was cancelled/,
    /^$/,
  );
  assert.deepEqual(await readdir(directory), []);
});

test('a folder that cannot be made is a failed write', async (context) => {
  const file = path.join(await temporaryFolder(context), 'taken');
  await writeFile(file, '');
  await assertFails(
    () => downloadMedmnist('octmnist', { directory: path.join(file, 'x') }),
    'file/write',
    /Could not write/,
  );
});
