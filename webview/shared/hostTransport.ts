import type { Envelope } from '../../src/protocol/envelope.ts';
import type { Transport } from '../../src/protocol/rpcPeer.ts';

/** The part of `window` that messages of the editor come through. */
export interface MessageSource {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The page's end of the pipe to the extension host, for an RpcPeer. */
export function hostTransport(
  api: { postMessage(message: unknown): void },
  source: MessageSource,
): Transport {
  return {
    send: (envelope: Envelope) => api.postMessage(envelope),
    onMessage: (listener) => source.addEventListener('message', (event) => listener(event.data)),
  };
}
