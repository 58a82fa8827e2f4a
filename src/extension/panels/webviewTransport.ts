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
 * a text of numbers. Results that hold bytes hold them in their first level, events in their second.
 */
function withoutBuffers(envelope: Envelope): Envelope {
  const levels = envelope.type === 'event' ? 2 : Number(envelope.type === 'result' && envelope.ok);
  if (levels === 0 || !('value' in envelope) || !holdsBuffer(envelope.value, levels)) return envelope;
  return { ...envelope, value: plain(envelope.value, levels) };
}

function holdsBuffer(value: unknown, levels: number): boolean {
  if (Buffer.isBuffer(value)) return true;
  if (levels === 0 || !isRecord(value)) return false;
  return Object.values(value).some((field) => holdsBuffer(field, levels - 1));
}

function plain(value: unknown, levels: number): unknown {
  if (Buffer.isBuffer(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (levels === 0 || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field, levels - 1)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
