import type { WireError } from './envelope.ts';
import { TsyndError } from './errors.ts';

/** An error as it crosses a boundary; what is not a TsyndError becomes 'internal' and keeps its message only. */
export function toWireError(error: unknown): WireError {
  if (error instanceof TsyndError) {
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, remedy: 'Please report this, with what the TSynD log says.' };
}

/** The error again, on the other side. */
export function fromWireError({ code, message, remedy }: WireError): TsyndError {
  return new TsyndError(code, message, remedy === undefined ? {} : { remedy });
}
