import { z } from 'zod';

/** A class index, or for multi-label data one 0 or 1 a label. */
export const labelSchema = z.union([z.int().min(0), z.array(z.literal([0, 1])).min(1)]);

/** Lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A path with `/` between its parts that stays inside the folder it is relative to. */
export const relativePathSchema = z
  .string()
  .min(1)
  .refine(isRelativePath, 'must be a relative path with / that does not leave its folder');

/** Whether a path has `/` between its parts and stays inside the folder that it is relative to. */
export function isRelativePath(path: string): boolean {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
