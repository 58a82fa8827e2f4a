import type { ZodType } from 'zod';
import { describeIssues } from '../data/describeIssues.ts';
import { TsyndError } from '../protocol/errors.ts';

/** What came over a boundary, checked. Throws TsyndError 'settings/invalid' that names the fields. */
export function parseParams<T>(method: string, schema: ZodType<T>, params: unknown): T {
  const checked = schema.safeParse(params);
  if (checked.success) return checked.data;
  throw new TsyndError(
    'settings/invalid',
    `'${method}' was asked for with what it cannot take (${describeIssues(checked.error)}).`,
    { cause: checked.error },
  );
}
