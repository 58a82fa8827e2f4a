import assert from 'node:assert/strict';
import { test } from 'node:test';

import { platformDevices, whyNotOnPlatform } from '../../../src/jobs/devices/platformDevices.ts';

const PLATFORMS = {
  'linux x64': ['cpu', 'webgpu', 'cuda', 'tensorflow'],
  'linux arm64': ['cpu'],
  'win32 x64': ['cpu', 'webgpu', 'dml', 'tensorflow'],
  'win32 arm64': ['cpu', 'webgpu', 'dml'],
  'darwin arm64': ['cpu', 'webgpu', 'coreml'],
};

for (const [name, devices] of Object.entries(PLATFORMS)) {
  const [platform, arch] = name.split(' ');
  test(`${name} can have ${devices.join(', ')}`, () =>
    assert.deepEqual(platformDevices({ platform, arch }), devices));
}

test('why a platform cannot have a device is said', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  assert.equal(whyNotOnPlatform('dml', linux), 'it is made for Windows, and this is linux on x64.');
  assert.equal(whyNotOnPlatform('webgpu', linux), undefined);
});
