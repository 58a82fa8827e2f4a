import { imageProblem } from '../../data/imageBytes.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExportItem } from './exportPlan.ts';

/** What to tell of an image that should be exported and cannot be read. */
export function unreadableImage({ kind }: ExportItem, file: string, error: unknown): TsyndError {
  const isReal = kind === 'real';
  const name = isReal ? `The image ${file}` : `The accepted image ${file}`;
  return new TsyndError('image/unreadable', `${name} cannot be read: ${imageProblem(error)}.`, {
    remedy: isReal ? 'Restore it, then export again.' : 'Restore it, or reject it, then export again.',
    details: { file },
    cause: error,
  });
}
