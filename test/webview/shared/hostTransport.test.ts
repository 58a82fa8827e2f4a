import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostTransport } from '../../../webview/shared/hostTransport.ts';

test('hostTransport posts envelopes as they are and passes on what the window gets', () => {
  const posted: unknown[] = [];
  const listeners: ((event: { readonly data: unknown }) => void)[] = [];
  const transport = hostTransport(
    { postMessage: (message) => posted.push(message) },
    { addEventListener: (_type, listener) => listeners.push(listener) },
  );
  const received: unknown[] = [];
  transport.onMessage((message) => received.push(message));
  transport.send({ type: 'cancel', id: 3 });
  for (const listener of listeners) listener({ data: 'garbage' });
  assert.deepEqual(posted, [{ type: 'cancel', id: 3 }]);
  assert.deepEqual(received, ['garbage']);
});
