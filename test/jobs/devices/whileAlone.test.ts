import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { whileAlone } from '../../../src/jobs/devices/whileAlone.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
process.env.TSYND_FOLDER = folder;

beforeEach(() => rmSync(folder, { recursive: true, force: true }));

test('who measures second waits for the first, and nothing is left', async () => {
  const told: string[] = [];
  const first = whileAlone(async () => {
    told.push('first begins');
    await setTimeout(300);
    told.push('first ends');
  });
  await setTimeout(50);
  const second = whileAlone(() => Promise.resolve(void told.push('second')));
  await Promise.all([first, second]);
  assert.deepEqual(told, ['first begins', 'first ends', 'second']);
  assert.deepEqual(readdirSync(path.join(folder, 'cache')), []);
});

test('a failure gives the turn back', async () => {
  await assert.rejects(
    whileAlone(() => Promise.reject(new Error('no device'))),
    /no device/,
  );
  assert.equal(await whileAlone(() => Promise.resolve(1), { patience: 0 }), 1);
});

test('waiting ends when it is cancelled, and when it has taken too long', async () => {
  let free = (): void => undefined;
  const first = whileAlone(() => new Promise<void>((resolve) => void (free = resolve)));
  await setTimeout(50);
  const controller = new AbortController();
  const second = whileAlone(() => Promise.resolve(2), { signal: controller.signal });
  controller.abort();
  await assert.rejects(second, { code: 'cancelled' });
  assert.equal(await whileAlone(() => Promise.resolve(3), { patience: 0 }), 3);
  free();
  await first;
});

test('where no lock can be written nobody waits', async () => {
  writeFileSync(folder, 'a file in the way');
  assert.equal(await whileAlone(() => Promise.resolve(4)), 4);
});
