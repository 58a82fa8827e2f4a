import type { ChildProcess } from 'node:child_process';
import type { Transport } from '../../protocol/rpcPeer.ts';

/** The channel to a child process that was forked with `serialization: 'advanced'`. */
export function childTransport(child: ChildProcess): Transport {
  return {
    send: (envelope) => {
      // With a callback, a channel that has just closed is no error event: the end of the process tells it all.
      child.send(envelope, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
  };
}
