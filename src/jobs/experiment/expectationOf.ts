import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list, such as [a, b]',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map of settings, such as { name: value }',
  record: 'a map of names, such as { name: value }',
  string: 'a text',
};

/** What a value must be that failed a check, as the end of "must be ..."; undefined where only zod can say it. */
export function expectationOf(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected];
    case 'invalid_value':
      return issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1');
    case 'too_big':
      return sizeOf(issue.origin, issue.inclusive === false ? 'below' : 'at most', issue.maximum);
    case 'too_small':
      return sizeOf(issue.origin, issue.inclusive === false ? 'above' : 'at least', issue.minimum);
    default:
      return undefined;
  }
}

function sizeOf(origin: string, bound: string, limit: number | bigint): string {
  const isOne = Number(limit) === 1;
  if (origin === 'string') return `${bound} ${limit} character${isOne ? '' : 's'} long`;
  if (origin === 'array') return `a list of ${bound} ${isOne ? 'one' : limit}`;
  return `${bound} ${limit}`;
}
