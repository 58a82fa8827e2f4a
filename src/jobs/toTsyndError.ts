import { DeviceError } from '../engine/errors.ts';
import { TsyndError } from '../protocol/errors.ts';

/** Any failure of a job as one that a person can read; a TsyndError passes through unchanged. */
export function toTsyndError(error: unknown): TsyndError {
  if (error instanceof TsyndError) return error;
  const reason = firstSentence(error instanceof Error ? error.message : String(error));
  if (error instanceof DeviceError) {
    return new TsyndError('device/failed', `The device failed: ${reason}`, {
      remedy:
        'Free some memory or take another device (on the command line: --device); if that does not help, please report it.',
      cause: error,
    });
  }
  return new TsyndError('internal', `Something went wrong inside TSynD: ${reason}`, {
    remedy: 'Please report this, with the log (on the command line: what TSYND_DEBUG=1 prints).',
    cause: error,
  });
}

function firstSentence(text: string): string {
  const line = text.split('\n', 1)[0].trim() || 'no reason was given';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
