/** A package from a folder goes through the same code as one from a registry, and needs no network. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { installPackage, type PackageRequest } from '../../../src/jobs/devices/installPackage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { isAlive, waitUntil } from '../../support/waitUntil.ts';

const root = temporaryFolder();
const NAME = 'a-device-library';

/** A package whose install script is this source. */
function packageWith(script: string, at = `package-${readdirSync(root).length}`): string {
  const folder = path.join(root, at);
  mkdirSync(folder);
  const manifest = { name: NAME, version: '1.0.0', scripts: { install: 'node install.cjs' } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'install.cjs'), script);
  return folder;
}

function requestOf(spec: string, change: Partial<PackageRequest> = {}): PackageRequest {
  return {
    name: NAME,
    spec,
    folder: path.join(root, 'data', path.basename(spec)),
    environment: { WHAT_TO_FETCH: 'cuda12' },
    accept: (installed) => Promise.resolve(installed),
    ...change,
  };
}

async function install(request: PackageRequest): Promise<string[]> {
  const messages: string[] = [];
  for await (const { message } of installPackage(request)) messages.push(message);
  return messages;
}

const WRITES =
  "require('fs').writeFileSync('fetched.txt', process.env.WHAT_TO_FETCH); console.log('Downloading it')";

test('a package is installed with its script, whose lines are told', async () => {
  const request = requestOf(packageWith(WRITES));
  const messages = await install(request);
  const fetched = path.join(request.folder, 'node_modules', NAME, 'fetched.txt');
  assert.equal(readFileSync(fetched, 'utf8'), 'cuda12');
  assert.equal(messages[0], `Fetching ${NAME} with npm`);
  assert.ok(messages.includes('Downloading it'), messages.join('\n'));
  assert.deepEqual(
    readdirSync(path.join(root, 'data')).filter((name) => name.startsWith(path.basename(request.folder))),
    [path.basename(request.folder)],
  );
});

test('only what is accepted takes the place of what was there before', async () => {
  const spec = packageWith(WRITES);
  const request = requestOf(spec);
  mkdirSync(request.folder, { recursive: true });
  writeFileSync(path.join(request.folder, 'before.txt'), '');

  await assert.rejects(
    install({ ...request, accept: () => Promise.reject(new Error('it does not work')) }),
    /it does not work/,
  );
  assert.deepEqual(readdirSync(request.folder), ['before.txt']);

  await install({
    ...request,
    accept: (installed) => Promise.resolve(path.join(installed, 'node_modules', NAME)),
  });
  assert.deepEqual(readdirSync(request.folder).sort(), ['fetched.txt', 'install.cjs', 'package.json']);
});

test('a script that fails leaves things as they were, and the host that it did not reach is named', async () => {
  const spec = packageWith(
    "console.error('Error: getaddrinfo ENOTFOUND downloads.example.org'); process.exit(1)",
  );
  const request = requestOf(spec);
  mkdirSync(request.folder, { recursive: true });
  await assert.rejects(install(request), {
    code: 'install/failed',
    message: `${NAME} could not be installed: the host downloads.example.org could not be reached (ENOTFOUND).`,
  });
  assert.deepEqual(readdirSync(request.folder), []);
  assert.ok(!readdirSync(path.join(root, 'data')).some((name) => name.includes('.part-')));
});

test(
  'an abort ends npm and all that it has started',
  { skip: process.platform === 'win32' && 'it has no process groups' },
  async () => {
    const pidFile = path.join(root, 'pid');
    const spec = packageWith(
      `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const controller = new AbortController();
    const installed = assert.rejects(install(requestOf(spec, { signal: controller.signal })), {
      code: 'cancelled',
    });
    await waitUntil(
      'the install script runs',
      () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '',
    );
    const pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 0);
    controller.abort();
    await installed;
    await waitUntil('the install script has ended', () => !isAlive(pid));
  },
);

test(
  'an abort ends what npm has left behind',
  { skip: process.platform === 'win32' && 'it has no process groups' },
  async () => {
    const pidFile = path.join(root, 'left');
    // It holds the output that npm had, so that the end of npm is not the end.
    const spec = packageWith(`
      const left = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      require('fs').writeFileSync(${JSON.stringify(pidFile)}, left.pid + ' ' + process.ppid);
      process.exit(0);
    `);
    const controller = new AbortController();
    const installed = assert.rejects(install(requestOf(spec, { signal: controller.signal })), {
      code: 'cancelled',
    });
    await waitUntil(
      'npm has run the script',
      () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '',
    );
    const [left, shell] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
    await waitUntil('the script has ended', () => !isAlive(shell));
    // npm itself ends soon after its script.
    await setTimeout(2000);
    assert.ok(isAlive(left));
    controller.abort();
    await installed;
    await waitUntil('what was left has ended', () => !isAlive(left));
  },
);

test('a folder that cannot be written is named', async () => {
  const spec = packageWith(WRITES);
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  await assert.rejects(install(requestOf(spec, { folder: path.join(file, 'below') })), {
    code: 'file/write',
  });
});

test('what a killed installation has left is removed by the next one', async () => {
  const request = requestOf(packageWith(WRITES));
  const left = `${request.folder}.part-99999999`;
  mkdirSync(left, { recursive: true });
  await install(request);
  assert.ok(!existsSync(left));
});

test('without npm it is said what is missing', async () => {
  const { PATH } = process.env;
  const { execPath } = process;
  process.env.PATH = root;
  process.execPath = path.join(root, 'node');
  try {
    await assert.rejects(install(requestOf(root)), { code: 'install/failed', message: /^npm was not found/ });
  } finally {
    process.env.PATH = PATH;
    process.execPath = execPath;
  }
});
