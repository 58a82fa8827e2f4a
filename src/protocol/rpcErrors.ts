import { PROTOCOL_VERSION } from './envelope.ts';
import { TsyndError } from './errors.ts';

export function cancelled(method: string): TsyndError {
  return new TsyndError('cancelled', `'${method}' was cancelled.`);
}

/** For what is asked of an end that is about to go. */
export function ending(method: string): TsyndError {
  return new TsyndError('process/unavailable', `'${method}' came while this part of TSynD was ending.`, {
    remedy: 'Try it again.',
  });
}

/** For what an end was asked for before it was reloaded. */
export function startedAnew(): TsyndError {
  return new TsyndError('process/exited', 'The other part of TSynD started anew before it answered.', {
    remedy: 'Try it again.',
  });
}

export function otherVersion(protocolVersion: number): TsyndError {
  const versions = `speaks version ${protocolVersion} of the protocol, and this one ${PROTOCOL_VERSION}`;
  return new TsyndError('process/protocol', `The other part of TSynD ${versions}.`, {
    remedy: 'Reload the window, so that both are of the same installation.',
  });
}

/** @param type of the envelope that holds something that cannot be copied */
export function unsendable(type: string, cause: unknown): TsyndError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TsyndError('internal', `A '${type}' could not be sent: ${reason.replace(/\.$/, '')}.`, {
    remedy: 'Please report this, with what the TSynD log says.',
    cause,
  });
}

/** What libraries throw when the signal that they were given is aborted. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
