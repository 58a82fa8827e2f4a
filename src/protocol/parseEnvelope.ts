import type { Envelope } from './envelope.ts';

/**
 * What arrived, as an envelope, or undefined where it is none. Checks the shape that a peer relies on; params and
 * values are checked by whoever handles them.
 */
export function parseEnvelope(message: unknown): Envelope | undefined {
  return isEnvelope(message) ? message : undefined;
}

function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  const { id, name, method, protocolVersion, isReply, ok, error } = message as Fields;
  switch (message.type) {
    case 'hello':
      return typeof protocolVersion === 'number' && typeof isReply === 'boolean';
    case 'request':
      return typeof id === 'number' && typeof method === 'string';
    case 'progress':
    case 'cancel':
      return typeof id === 'number';
    case 'event':
      return typeof name === 'string';
    case 'result':
      return typeof id === 'number' && (ok === true || (ok === false && isWireError(error)));
    default:
      return false;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isWireError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, remedy } = error as Fields;
  return (
    typeof code === 'string' &&
    typeof message === 'string' &&
    (remedy === undefined || typeof remedy === 'string')
  );
}
