import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { nvidiaDriver } from '../../../src/jobs/devices/nvidiaDriver.ts';
import { vulkanDrivers } from '../../../src/jobs/devices/vulkanDrivers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const root = temporaryFolder();
const variables = { ...process.env };
afterEach(() => {
  process.env = { ...variables };
});

function write(file: string, text = ''): void {
  const place = path.join(root, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}

test("NVIDIA's driver is told with its cards, which differ between machines of one driver", async () => {
  write('nvidia/version', 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.1\nGCC version: 12\n');
  assert.equal(
    await nvidiaDriver(path.join(root, 'nvidia')),
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.1',
  );
  write('nvidia/gpus/0000:01:00.0/information', 'Model: \t\t NVIDIA A\nIRQ: 1\n');
  write('nvidia/gpus/0000:02:00.0/information', 'Model: \t\t NVIDIA B\n');
  assert.match((await nvidiaDriver(path.join(root, 'nvidia'))) ?? '', /550\.1; NVIDIA A; NVIDIA B$/);
});

for (const [variable, value] of [
  ['XDG_DATA_DIRS', `/nowhere:${path.join(root, 'share')}`],
  ['XDG_CONFIG_HOME', path.join(root, 'share')],
  ['VK_DRIVER_FILES', path.join(root, 'share/vulkan/icd.d')],
  ['VK_ICD_FILENAMES', `/nowhere.json:${path.join(root, 'share/vulkan/icd.d/card.json')}`],
] as const) {
  test(`a Vulkan driver is found where ${variable} says`, () => {
    write('share/vulkan/icd.d/card.json', '{}');
    const file = path.join(root, 'share/vulkan/icd.d/card.json');
    const isThere = (): boolean => vulkanDrivers().some((driver) => driver.startsWith(`${file} `));
    assert.ok(!isThere());
    process.env[variable] = value;
    assert.ok(isThere());
    assert.ok(!vulkanDrivers().some((driver) => driver.startsWith('/nowhere')));
  });
}
