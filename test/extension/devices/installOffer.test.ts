import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canInstall, installOffer } from '../../../src/extension/devices/installOffer.ts';
import { platformDevices } from '../../../src/jobs/devices/platformDevices.ts';
import { INSTALLABLE } from '../../../src/protocol/devices.ts';

test('before anything is fetched, it is said from where, how large it is, and what it needs', () => {
  const { question, detail } = installOffer('tensorflow');
  assert.match(question, /TensorFlow/);
  for (const fact of [/npm registry/, /storage\.googleapis\.com/, /500 MB/, /CUDA 11\.2/, /cuDNN 8\.1/]) {
    assert.match(detail, fact);
  }
  for (const fact of [/npm registry/, /api\.nuget\.org/, /hundred MB/, /CUDA 12/, /cuDNN 9/]) {
    assert.match(installOffer('cuda').detail, fact);
  }
});

test('what can be installed is what a kind of machine can have', () => {
  for (const platform of ['linux', 'win32', 'darwin']) {
    for (const arch of ['x64', 'arm64']) {
      for (const what of INSTALLABLE) {
        const canHave = platformDevices({ platform, arch }).includes(what);
        assert.equal(canInstall(what, platform, arch), canHave, `${what} on ${platform} ${arch}`);
      }
    }
  }
  assert.ok(canInstall('tensorflow', 'linux', 'x64'));
  assert.ok(!canInstall('tensorflow', 'darwin', 'arm64'));
});
