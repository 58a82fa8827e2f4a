import { DeviceError, type DeviceFailure } from '../engine/errors.ts';
import { TsyndError, type ErrorCode } from '../protocol/errors.ts';

/** What a person is told of each kind of failure. */
const DEVICE_FAILURES: Readonly<
  Record<DeviceFailure, { readonly code: ErrorCode; readonly happened: string; readonly remedy: string }>
> = {
  failed: {
    code: 'device/failed',
    happened: 'The device failed',
    remedy:
      'Free some memory or take another device (on the command line: --device); if that does not help, please report it.',
  },
  lost: {
    code: 'device/lost',
    happened: 'The device was lost',
    remedy:
      'A run goes on from its checkpoint when it is resumed. If it happens again, update the graphics driver, use a smaller batch, or use the processor.',
  },
  'out-of-memory': {
    code: 'device/out-of-memory',
    happened: "The device's memory does not suffice",
    remedy: 'Use a smaller batch or network, close what else uses the device, or use the processor.',
  },
};

/** Any failure of a job as one that a person can read; a TsyndError passes through unchanged. */
export function toTsyndError(error: unknown): TsyndError {
  if (error instanceof TsyndError) return error;
  const reason = firstSentence(error instanceof Error ? error.message : String(error));
  if (error instanceof DeviceError) {
    const { code, happened, remedy } = DEVICE_FAILURES[error.failure];
    return new TsyndError(code, `${happened}: ${reason}`, { remedy, cause: error });
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
