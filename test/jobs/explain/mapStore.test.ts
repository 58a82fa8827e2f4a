import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseNpy } from '../../../src/data/npy.ts';
import { MapStore, type ExplainedMap } from '../../../src/jobs/explain/mapStore.ts';
import { mapKey } from '../../../src/jobs/explain/mapKey.ts';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../../src/protocol/explanations.ts';
import type { MapIdentity } from '../../../src/runs/mapRecord.ts';
import { runPaths, type RunPaths } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();

const SALIENCY: MapIdentity = {
  version: 1,
  request: { kind: 'saliency', choices: DEFAULT_SALIENCY },
  classifierSha256: 'a'.repeat(64),
  imageSha256: 'b'.repeat(64),
};
const ADVERSARIAL: MapIdentity = {
  ...SALIENCY,
  request: { kind: 'adversarial', choices: DEFAULT_ADVERSARIAL },
  autoencoderSha256: 'c'.repeat(64),
};
const map: ExplainedMap = {
  values: Float32Array.of(0, 0.25, 0.5, 1),
  facts: { target: 1, probability: 0.75 },
};
const difference: ExplainedMap = {
  values: Float32Array.of(-0.5, 0, 0.125, 0),
  facts: {
    ...map.facts,
    predicted: 1,
    change: { probs: [0.75, 0.5, 0.25], flippedAt: 2, l2: 0.5, area: 0.5 },
  },
};

function newRun(name: string): RunPaths {
  const root = path.join(folder, name);
  mkdirSync(root);
  return runPaths(root);
}

const indexOf = ({ explanations }: RunPaths): string => path.join(explanations, 'index.jsonl');
const npyOf = ({ explanations }: RunPaths, identity: MapIdentity): string =>
  path.join(explanations, `${mapKey(identity)}.npy`);

test('what was added is found, also by another process', async () => {
  const paths = newRun('kept');
  const store = new MapStore(paths);
  assert.equal(await store.find(SALIENCY), undefined);
  await store.add([
    [SALIENCY, map],
    [ADVERSARIAL, difference],
  ]);
  for (const reader of [store, new MapStore(paths)]) {
    assert.deepEqual(await reader.find(SALIENCY), map);
    assert.deepEqual(await reader.find(ADVERSARIAL), difference);
  }
  const npy = parseNpy(readFileSync(npyOf(paths, ADVERSARIAL)), 'map');
  assert.deepEqual([npy.type, npy.shape, npy.data], ['f4', [2, 2], difference.values]);
});

test('all that a map depends on makes another one', async () => {
  const paths = newRun('identity');
  const store = new MapStore(paths);
  await store.add([[SALIENCY, map]]);
  const choices = DEFAULT_SALIENCY;
  const others: MapIdentity[] = [
    { ...SALIENCY, version: 2 },
    { ...SALIENCY, classifierSha256: 'd'.repeat(64) },
    { ...SALIENCY, imageSha256: 'd'.repeat(64) },
    ...([{ method: 'gradcam' }, { sign: 'raw' }, { layer: 'layer3' }, { target: 0 }] as const).map(
      (change) => ({
        ...SALIENCY,
        request: { kind: 'saliency' as const, choices: { ...choices, ...change } },
      }),
    ),
  ];
  for (const other of others) assert.equal(await store.find(other), undefined, JSON.stringify(other));
  assert.equal(new Set([SALIENCY, ...others].map(mapKey)).size, others.length + 1);
  const { request, ...rest } = SALIENCY;
  assert.equal(mapKey({ ...rest, request }), mapKey(SALIENCY), 'the order of fields does not matter');
});

test('a kill between map and line, and a torn line, leave a map that is not there and can be added', async () => {
  const paths = newRun('torn');
  await new MapStore(paths).add([[SALIENCY, map]]);
  const line = readFileSync(indexOf(paths), 'utf8');
  for (const left of [0, 1, Math.floor(line.length / 2), line.length - 1]) {
    truncateSync(indexOf(paths), 0);
    appendFileSync(indexOf(paths), line.slice(0, left));
    const store = new MapStore(paths);
    assert.equal(await store.find(SALIENCY), undefined, `${left} bytes of the line`);
    await store.add([[SALIENCY, map]]);
    assert.deepEqual(await store.find(SALIENCY), map);
    assert.deepEqual(await new MapStore(paths).find(SALIENCY), map);
  }
});

test('a damaged file is not there, and is written again', async () => {
  const paths = newRun('damaged');
  const store = new MapStore(paths);
  const damages: ((file: string) => void)[] = [
    (file) => rmSync(file),
    (file) => writeFileSync(file, ''),
    (file) => truncateSync(file, readFileSync(file).length - 4),
    (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length)),
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] ^= 1;
      writeFileSync(file, bytes);
    },
  ];
  for (const damage of damages) {
    await store.add([[SALIENCY, map]]);
    assert.deepEqual(await store.find(SALIENCY), map);
    damage(npyOf(paths, SALIENCY));
    assert.equal(await store.find(SALIENCY), undefined);
  }
});

test('the folder may be deleted at any time', async () => {
  const paths = newRun('deleted');
  const store = new MapStore(paths);
  await store.add([[SALIENCY, map]]);
  assert.deepEqual(await store.find(SALIENCY), map);
  rmSync(paths.explanations, { recursive: true });
  assert.equal(await store.find(SALIENCY), undefined);
  await store.add([[ADVERSARIAL, difference]]);
  assert.deepEqual(await store.find(ADVERSARIAL), difference);
  assert.equal(await store.find(SALIENCY), undefined);
});

test('several may write at once, and every line is whole', async () => {
  const paths = newRun('shared');
  const stores = Array.from({ length: 4 }, () => new MapStore(paths));
  const identities = Array.from({ length: 40 }, (_, index) => ({
    ...SALIENCY,
    imageSha256: index.toString(16).padStart(64, '0'),
  }));
  await Promise.all(identities.map((identity, index) => stores[index % 4].add([[identity, map]])));
  for (const identity of identities) assert.deepEqual(await stores[0].find(identity), map);
  const lines = readFileSync(indexOf(paths), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, identities.length);
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line));
  assert.ok(readdirSync(paths.explanations).every((name) => !name.startsWith('.part-')));
});
