import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { DEVICE_NAMES } from '../../src/protocol/devices.ts';
import { ensureSampleDataset } from '../../src/jobs/makeSampleDataset.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
process.env.TSYND_FOLDER = path.join(folder, 'own');

test('devices: what there is, what was chosen and why', async () => {
  const { exitCode, stdout, stderr } = await runCli(['devices', '--json']);
  assert.equal(exitCode, 0);
  assert.match(stderr, /^Trying the device cpu \.\.\.$/m);
  const report = z.object({
    name: z.enum(DEVICE_NAMES),
    description: z.string().min(1),
    isAvailable: z.boolean(),
    problem: z.string().optional(),
    remedy: z.string().optional(),
  });
  const survey = z
    .object({ devices: z.array(report), chosen: z.string(), reason: z.string().min(1) })
    .parse(JSON.parse(stdout));
  assert.equal(survey.devices[0].name, 'cpu');
  assert.ok(survey.devices.find(({ name }) => name === survey.chosen)?.isAvailable);
  for (const { isAvailable, problem, remedy } of survey.devices) {
    if (!isAvailable) assert.ok(problem !== undefined && remedy !== undefined);
  }
  const { stdout: text, stderr: remarks } = await runCli(['devices']);
  assert.equal(remarks, '', 'It was measured already.');
  assert.match(text, /^cpu +ONNX Runtime .* works +[\d.]+ ms$/m);
  assert.match(text, new RegExp(`^auto takes ${survey.chosen}: `, 'm'));
});

test('devices: what cannot be installed is refused', async () => {
  const { exitCode, stderr } = await runCli(['devices', '--install', 'webgpu']);
  assert.equal(exitCode, 2);
  assert.match(stderr, /Allowed choices are tensorflow, cuda/);
});

test('sample-dataset: two classes, and its path as the only line', async () => {
  const directory = path.join(folder, 'phantoms');
  const words = ['sample-dataset', directory, '--classes', '2', '--images-per-class', '10', '--seed', '4'];
  const { exitCode, stdout, stderr } = await runCli(words);
  assert.equal(exitCode, 0, stderr);
  assert.equal(stdout, `${directory}\n`);
  assert.deepEqual(readdirSync(path.join(directory, 'train')), ['benign', 'malignant']);
  assert.equal(readdirSync(path.join(directory, 'test/benign')).length, 2);
});

test('the sample dataset of the demo is drawn once', async () => {
  const directory = path.join(folder, 'demo');
  const options = { classes: 2, imagesPerClass: 10 } as const;
  assert.equal(await ensureSampleDataset(directory, options), directory);
  const readme = path.join(directory, 'README.txt');
  const { mtimeMs } = statSync(readme);
  assert.equal(await ensureSampleDataset(directory, options), directory);
  assert.equal(statSync(readme).mtimeMs, mtimeMs);
});

test('download: a file with another MD5 is not kept', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('not the official file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const out = path.join(folder, 'downloads');
  const base = `http://127.0.0.1:${port}/files`;
  const { exitCode, stderr } = await runCli([
    'download',
    'breastmnist',
    '--size',
    '64',
    '--out',
    out,
    '--base-url',
    base,
  ]);
  server.close();
  assert.deepEqual(asked, ['/files/breastmnist_64.npz?download=1']);
  assert.equal(exitCode, 2);
  assert.match(
    stderr,
    /^Error: .* has MD5 [0-9a-f]{32}, expected 742edef2a1fd1524b2efff4bd7ba9364; it was not kept\./,
  );
  assert.deepEqual(readdirSync(out), []);
});

test('every command describes itself', async () => {
  const { stdout, exitCode } = await runCli(['--help']);
  assert.equal(exitCode, 0);
  const source = path.resolve(import.meta.dirname, '../../src/cli/commands');
  for (const file of readdirSync(source)) {
    const name = /\.command\('([^']+)'\)/.exec(readFileSync(path.join(source, file), 'utf8'))?.[1] ?? '';
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  }
});
