import assert from 'node:assert/strict';
import { test } from 'node:test';

import { installFailure } from '../../../src/jobs/devices/installFailure.ts';

const CASES: readonly (readonly [
  what: string,
  lines: readonly string[],
  end: number | string,
  reason: string,
  remedy: RegExp,
])[] = [
  [
    'a host without an address',
    [
      'https://files.example.org/library.tar.gz',
      'Error: getaddrinfo ENOTFOUND files.example.org',
      'npm error code 1',
    ],
    1,
    'the host files.example.org could not be reached (ENOTFOUND).',
    /proxy/,
  ],
  [
    'a connection that breaks off, with the address in a line before',
    ['Downloading https://files.example.org/a.zip', 'Error: read ECONNRESET'],
    1,
    'the host files.example.org could not be reached (ECONNRESET).',
    /proxy/,
  ],
  [
    'a registry that refuses',
    ['npm error code E403', 'npm error 403 403 Forbidden - GET https://packages.example.org/a-package'],
    1,
    'https://packages.example.org/a-package answered with status 403.',
    /proxy/,
  ],
  [
    'a file that is not there',
    ['Error: Failed to download from https://files.example.org/a.nupkg. HTTP status code = 404'],
    1,
    'https://files.example.org/a.nupkg answered with status 404.',
    /proxy/,
  ],
  [
    'a full disk',
    ['npm error nospc ENOSPC: no space left on device, write'],
    228,
    'npm ended with code 228: nospc ENOSPC: no space left on device, write.',
    /Free some space/,
  ],
  ['nothing that helps', ['npm error code 1'], 1, 'npm ended with code 1.', /log/],
  ['a kill', [], 'SIGKILL', 'npm was ended by SIGKILL.', /log/],
];

for (const [what, lines, end, reason, remedy] of CASES) {
  test(`a failed installation: ${what}`, () => {
    const error = installFailure('a-package', lines, end);
    assert.equal(error.code, 'install/failed');
    assert.equal(error.message, `a-package could not be installed: ${reason}`);
    assert.match(error.remedy ?? '', remedy);
    assert.match(error.remedy ?? '', /What was there before is unchanged\.$/);
  });
}
