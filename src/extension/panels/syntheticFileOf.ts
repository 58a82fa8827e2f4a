import path from 'node:path';

import { TsyndError } from '../../protocol/errors.ts';
import type { SampleDetails } from '../../protocol/sampleTable.ts';

/** The absolute path of a sample's PNG. Throws TsyndError 'image/outside-run' when its record points elsewhere. */
export function syntheticFileOf(run: string, { id, record }: SampleDetails): string {
  const { file } = record;
  const resolved = path.resolve(run, typeof file === 'string' ? file : '..');
  const relative = path.relative(run, resolved);
  if (relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)) return resolved;
  throw new TsyndError('image/outside-run', `The record of ${id} names no file inside its run.`, {
    remedy: 'Its line in samples.jsonl was changed after the run; put it back.',
    details: { file },
  });
}
