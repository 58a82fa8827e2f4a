import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syntheticDecoration } from '../../../src/extension/decorations/syntheticDecoration.ts';

test('a decoration says that the image is synthetic, how uncertain it is, and what was decided', () => {
  const file = {
    file: '/run/synthetic/benign/s0.png',
    run: 'run',
    sampleId: 's0',
    className: 'benign',
    miBefore: 0.00561,
    miAfter: 0.02213,
  };
  assert.deepEqual(syntheticDecoration({ ...file, decision: 'accepted' }), {
    badge: 'S',
    tooltip: 'Synthetic (TSynD), benign, MI 0.0056 → 0.0221 nats, accepted',
  });
  assert.match(syntheticDecoration(file).tooltip, / nats$/);
});
