import type { ZodError } from 'zod';

/** What a schema found wrong, on one line: `dataset.channels: Invalid input; seed: ...`. */
export function describeIssues(error: ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`).join('; ');
}
