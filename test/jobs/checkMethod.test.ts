import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkMethod } from '../../src/jobs/checkMethod.ts';
import { isPlainMethod, METHODS } from '../../src/protocol/methods.ts';
import { MIXES } from '../../src/protocol/settings.ts';

const pool = { path: '/data/pool', samples: 'all', sha256: 'a'.repeat(64) } as const;

for (const method of METHODS) {
  test(`${method} trains on real images, and on others only if it makes none itself`, () => {
    checkMethod({ method, count: 0 });
    for (const mix of MIXES) {
      const check = (): void => checkMethod({ method, count: 0, trainingSet: { mix, pool } });
      if (mix === 'real' || isPlainMethod(method)) check();
      else {
        assert.throws(check, {
          code: 'settings/invalid',
          message: `The method '${method}' makes synthetic images while it trains, and so cannot train on '${mix}'.`,
        });
      }
    }
  });
}

test('only pixel-adversarial cannot make samples', () => {
  for (const method of METHODS) {
    if (method !== 'pixel-adversarial') checkMethod({ method, count: 3 });
  }
  assert.throws(() => checkMethod({ method: 'pixel-adversarial', count: 3 }), {
    code: 'settings/invalid',
    remedy: /--count 0/,
  });
});
