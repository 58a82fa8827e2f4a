import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runPaths } from '../../src/runs/runFolder.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const run = (await tinyRun(dataset, path.join(folder, 'runs'))).folder;

/** Changes one file of a copy of the run; returns the copy's folder. */
function changedCopy(file: string, change: (bytes: Buffer) => Buffer): string {
  const copy = path.join(folder, `copy-${path.basename(file)}`);
  cpSync(run, copy, { recursive: true });
  writeFileSync(path.join(copy, file), change(readFileSync(path.join(copy, file))));
  return copy;
}

async function verify(runFolder: string): Promise<{ exitCode: number | null; different: unknown }> {
  const { exitCode, stdout, stderr } = await runCli(['verify', runFolder, '--json']);
  assert.notEqual(stdout, '', stderr);
  const { different } = JSON.parse(stdout) as { different: unknown };
  return { exitCode, different };
}

test('another process makes the same samples from the checkpoints', async () => {
  assert.deepEqual(await verify(run), { exitCode: 0, different: [] });
  const { stdout } = await runCli(['verify', run]);
  assert.equal(stdout, 'All 10 samples are what the checkpoints give.\n');
});

test('a changed byte of an image is found', async () => {
  const records = readFileSync(runPaths(run).samples, 'utf8').split('\n');
  const { file, id } = JSON.parse(records[3]) as { file: string; id: string };
  const copy = changedCopy(file, (bytes) => {
    bytes[bytes.length - 20] ^= 1;
    return bytes;
  });
  assert.deepEqual(await verify(copy), { exitCode: 1, different: [id] });
  const { stdout } = await runCli(['verify', copy]);
  assert.equal(stdout, `1 of 10 samples are not what the checkpoints give: ${id}\n`);
});

test('a changed number of a record is found', async () => {
  const copy = changedCopy('samples.jsonl', (bytes) => {
    const lines = bytes.toString().split('\n');
    const record = JSON.parse(lines[7]) as { miAfter: number };
    lines[7] = JSON.stringify({ ...record, miAfter: record.miAfter + 1e-9 });
    return Buffer.from(lines.join('\n'));
  });
  assert.deepEqual(await verify(copy), { exitCode: 1, different: ['sample-000007'] });
});

test('a record too many is found', async () => {
  const copy = changedCopy('samples.jsonl', (bytes) => {
    const extra = bytes.toString().split('\n')[9].replace('"sample-000009"', '"sample-000010"');
    return Buffer.concat([bytes, Buffer.from(`${extra}\n`)]);
  });
  assert.deepEqual(await verify(copy), { exitCode: 1, different: ['sample-000010'] });
});

test('a changed weight is found in all samples', async () => {
  const copy = changedCopy('checkpoints/classifier.safetensors', (bytes) => {
    bytes[bytes.length - 2] ^= 1;
    return bytes;
  });
  const { exitCode, different } = await verify(copy);
  assert.equal(exitCode, 1);
  assert.equal((different as string[]).length, 10);
});

test('a truncated checkpoint is told as such', async () => {
  const copy = changedCopy('checkpoints/autoencoder.safetensors', (bytes) => bytes.subarray(0, 500));
  const { exitCode, stderr } = await runCli(['verify', copy]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^Error: [^\n]*autoencoder\.safetensors[^\n]*\n$/);
});
