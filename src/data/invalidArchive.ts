import { TsyndError } from '../protocol/errors.ts';

/** TsyndError 'dataset/invalid'; `message` has no full stop yet. */
export function invalidArchive(message: string, remedy: string): TsyndError {
  return new TsyndError('dataset/invalid', `${message}.`, { remedy });
}
