import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type PlainIssue = Exclude<Issue, z.core.$ZodIssueInvalidUnion>;

/**
 * What to tell of a failed check: its first problem. Where one of several forms was allowed, it is a problem of the form
 * that fits what was written best, which is the one with the fewest problems, and none with the whole if possible.
 */
export function plainIssue({ issues: [first] }: { readonly issues: readonly Issue[] }): PlainIssue {
  return flatten(first, []);
}

function flatten(issue: Issue, prefix: readonly PropertyKey[]): PlainIssue {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return { ...issue, path };
  const best = [...issue.errors]
    .sort((a, b) => misfit(a) - misfit(b))
    .at(0)
    ?.at(0);
  // Forms that a field tells apart have no problems of their own where that field names none of them.
  return best ? flatten(best, path) : { code: 'custom', path, message: issue.message, input: issue.input };
}

function misfit(issues: readonly Issue[]): number {
  const counts = issues.map((issue) => {
    if (issue.path.length === 0 && ['invalid_type', 'invalid_value'].includes(issue.code)) return 100;
    return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
