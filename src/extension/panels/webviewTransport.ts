import type { Envelope } from '../../protocol/envelope.ts';
import type { Transport } from '../../protocol/rpcPeer.ts';

/** Of a `vscode.Webview` what carries messages. */
export interface MessageChannel {
  postMessage(message: unknown): Thenable<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): { dispose(): unknown };
}

/**
 * The pipe between the extension host and a page. Typed arrays cross as bytes and arrive as typed arrays. A hidden page
 * does not exist, and what is sent to it is lost: when it is shown again, it starts anew and asks for everything.
 */
export function webviewTransport(webview: MessageChannel): Transport {
  return {
    send: (envelope) => {
      // Rejects when the panel is gone; whoever disposed of it closes the peer, and with it all requests.
      webview.postMessage(withoutBuffers(envelope)).then(undefined, () => undefined);
    },
    onMessage: (listener) => {
      // Ends with the webview, which is the only one that can call it.
      webview.onDidReceiveMessage(listener);
    },
  };
}

/**
 * Node's Buffer has a `toJSON`, which the editor's serialiser calls before it looks for bytes: a picture would cross as
 * a text of numbers. Results that hold bytes hold them in their first level.
 */
function withoutBuffers(envelope: Envelope): Envelope {
  if (envelope.type !== 'result' || !envelope.ok) return envelope;
  const { value } = envelope;
  if (typeof value !== 'object' || value === null) return envelope;
  const fields = Object.entries(value);
  if (!fields.some(([, field]) => Buffer.isBuffer(field))) return envelope;
  const plain = fields.map(([name, field]: [string, unknown]) => [
    name,
    Buffer.isBuffer(field) ? new Uint8Array(field.buffer, field.byteOffset, field.byteLength) : field,
  ]);
  return { ...envelope, value: Object.fromEntries(plain) as unknown };
}
