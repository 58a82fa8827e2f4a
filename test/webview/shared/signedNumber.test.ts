import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatSigned } from '../../../webview/shared/signedNumber.ts';

test('numbers have their sign, and what rounds to zero has none', () => {
  assert.deepEqual(
    [0.125, -0.125, 0, -0.0004, 0.0006].map((value) => formatSigned(value, 3)),
    ['+0.125', '−0.125', '0.000', '0.000', '+0.001'],
  );
});
