import type { Transport } from '../protocol/rpcPeer.ts';

/** The channel to the process that has forked this one. */
export function processTransport(): Transport {
  return {
    send: (envelope) => {
      // With a callback, a parent that has gone is no error event: 'disconnect' tells it.
      process.send?.(envelope, undefined, {}, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
  };
}
