import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type PlainIssue = Exclude<Issue, z.core.$ZodIssueInvalidUnion>;

/**
 * What to tell of a failed check: its first problem, but an unknown key before all others, since a key that is missing is
 * often there under a wrong name. Where one of several forms was allowed, it is a problem of the form that fits what was
 * written best, which is the one with the fewest problems, and none with the whole if possible.
 */
export function plainIssue({ issues }: { readonly issues: readonly Issue[] }): PlainIssue {
  const plain = issues.flatMap((issue) => flatten(issue, []));
  return plain.find(({ code }) => code === 'unrecognized_keys') ?? plain[0];
}

function flatten(issue: Issue, prefix: readonly PropertyKey[]): PlainIssue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const best = [...issue.errors].sort((a, b) => misfit(a) - misfit(b)).at(0) ?? [];
  return best.length > 0 ? best.flatMap((inner) => flatten(inner, path)) : [unnamed(issue, path)];
}

/** Forms that a field tells apart have no problems of their own where that field names none of them. */
function unnamed(issue: z.core.$ZodIssueInvalidUnion, path: PropertyKey[]): PlainIssue {
  const { message, input } = issue;
  if (issue.inclusive === false || !issue.options || issue.discriminator === undefined) {
    return { code: 'custom', path, message, input };
  }
  const field = new Map<string, unknown>(Object.entries(input ?? {})).get(issue.discriminator);
  return { code: 'invalid_value', values: issue.options, path, message, input: field };
}

function misfit(issues: readonly Issue[]): number {
  const counts = issues.map((issue) => {
    if (issue.path.length === 0 && ['invalid_type', 'invalid_value'].includes(issue.code)) return 100;
    return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
