import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';

import { readVerdict, writeVerdict } from '../../../src/jobs/devices/verdictCache.ts';
import type { DeviceSurvey } from '../../../src/protocol/devices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
process.env.TSYND_FOLDER = folder;
const file = path.join(folder, 'cache/devices.json');

const FACTS = { tsynd: '1.0.0', processor: 'P', nvidia: '550.1' };
const SURVEY: DeviceSurvey = {
  devices: [{ name: 'cpu', description: 'CPU', isAvailable: true, error: 1e-7, stepMs: 40 }],
  chosen: 'cpu',
  reason: 'there is no other device here.',
  measuredAt: '2026-01-01T10:00:00.000Z',
};
const LATER = new Date('2026-03-01T10:00:00.000Z');

beforeEach(() => rmSync(folder, { recursive: true, force: true }));

test('a verdict holds for as long as the machine is the same', async () => {
  assert.equal(await readVerdict(FACTS, LATER), undefined);
  await writeVerdict(FACTS, SURVEY);
  assert.deepEqual(await readVerdict(FACTS, LATER), SURVEY);
});

const CHANGES = {
  'a driver that was updated': { ...FACTS, nvidia: '560.2' },
  'a library that was installed': { ...FACTS, tensorflow: '4.22.0' },
  'a driver that was removed': { tsynd: '1.0.0', processor: 'P' },
  'another version of the program': { ...FACTS, tsynd: '1.1.0' },
};
for (const [what, changed] of Object.entries(CHANGES)) {
  test(`${what} makes a verdict void, and the old one comes back with the old machine`, async () => {
    await writeVerdict(FACTS, SURVEY);
    assert.equal(await readVerdict(changed, LATER), undefined);
    await writeVerdict(changed, { ...SURVEY, reason: 'new.' });
    assert.equal((await readVerdict(changed, LATER))?.reason, 'new.');
    assert.equal((await readVerdict(FACTS, LATER))?.reason, SURVEY.reason);
  });
}

test('a verdict is replaced, and only so many are kept', async () => {
  await writeVerdict(FACTS, SURVEY);
  await writeVerdict(FACTS, { ...SURVEY, reason: 'again.' });
  assert.equal((await readVerdict(FACTS, LATER))?.reason, 'again.');
  const others = Array.from({ length: 32 }, (_, index) => ({ ...FACTS, threads: String(index) }));
  for (const other of others) await writeVerdict(other, SURVEY);
  assert.equal(await readVerdict(FACTS, LATER), undefined);
  for (const other of others) assert.deepEqual(await readVerdict(other, LATER), SURVEY);
});

test('a device that is there and failed is tried again after a day', async () => {
  const failed = {
    name: 'dml',
    description: 'DirectML',
    isAvailable: false,
    problem: 'out of memory.',
  } as const;
  await writeVerdict(FACTS, { ...SURVEY, devices: [...SURVEY.devices, failed] });
  assert.ok(await readVerdict(FACTS, new Date('2026-01-02T09:00:00.000Z')));
  assert.equal(await readVerdict(FACTS, new Date('2026-01-02T11:00:00.000Z')), undefined);
});

const DAMAGES: Readonly<Record<string, (text: string) => string>> = {
  torn: (text) => text.slice(0, text.length / 2),
  empty: () => '',
  'of another version': (text) => text.replace('"formatVersion": 1', '"formatVersion": 0'),
  'of an unknown device': (text) => text.replaceAll('"cpu"', '"abacus"'),
};
for (const [how, damage] of Object.entries(DAMAGES)) {
  test(`a cache that is ${how} holds nothing and is written anew`, async () => {
    await writeVerdict(FACTS, SURVEY);
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    assert.equal(await readVerdict(FACTS, LATER), undefined);
    await writeVerdict(FACTS, SURVEY);
    assert.deepEqual(await readVerdict(FACTS, LATER), SURVEY);
  });
}

test('a cache that cannot be written is no failure', async () => {
  writeFileSync(folder, 'a file in the way');
  await writeVerdict(FACTS, SURVEY);
  assert.equal(await readVerdict(FACTS, LATER), undefined);
});
