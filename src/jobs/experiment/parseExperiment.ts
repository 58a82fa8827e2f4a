import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { ZodError } from 'zod';
import { nearestName } from '../../data/nearestName.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { experimentFileSchema, type ExperimentFile } from '../../protocol/experiment.ts';
import { expectationOf } from './expectationOf.ts';
import { knownKeys } from './knownKeys.ts';
import { plainIssue } from './plainIssue.ts';

/** Where something stands in a file: keys and positions from the top. */
export type YamlPath = readonly PropertyKey[];

/** An experiment's file as it was read. */
export interface ParsedExperiment {
  readonly file: ExperimentFile;
  readonly yaml: string;
  /** TsyndError 'settings/invalid' that names the file and the line of what stands at a path. */
  readonly problemAt: (path: YamlPath, message: string, remedy: string) => TsyndError;
}

/**
 * Reads the text of an experiment's file; `name` is what messages call it. Throws TsyndError 'settings/invalid' with the
 * line of what is wrong, and for an unknown key or word the nearest known one.
 */
export function parseExperiment(yaml: string, name: string): ParsedExperiment {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const at = (line: number | undefined): string => (line === undefined ? name : `${name}, line ${line}`);
  const problemAt: ParsedExperiment['problemAt'] = (path, message, remedy) =>
    new TsyndError('settings/invalid', `${at(lineOf(document, lines, path))}: ${message}`, { remedy });

  const broken = document.errors.at(0);
  if (broken) {
    const sentence = broken.message.split(/ at line \d+|\n/, 1)[0].replace(/[.:]?$/, '.');
    throw new TsyndError('settings/invalid', `${at(broken.linePos?.[0].line)}: ${sentence}`, {
      remedy: 'Mend the YAML there.',
      cause: broken,
    });
  }
  const data = toPlainData(document, name);
  const checked = experimentFileSchema.safeParse(data, { reportInput: true });
  if (checked.success) return { file: checked.data, yaml, problemAt };
  throw describeProblem(checked.error, data, problemAt);
}

function toPlainData(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new TsyndError('settings/invalid', `${name} repeats too much by its aliases.`, {
      remedy: 'Write it out without anchors and aliases.',
      cause: error,
    });
  }
}

function describeProblem(
  error: ZodError,
  data: unknown,
  problemAt: ParsedExperiment['problemAt'],
): TsyndError {
  const issue = plainIssue(error);
  const where = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const known = knownKeys(experimentFileSchema, issue.path, data);
    const place = where === '' ? 'an experiment' : where;
    const remedy =
      known.length === 0
        ? 'Leave it out.'
        : `Did you mean '${nearestName(key, known)}'? Known are ${known.join(', ')}.`;
    return problemAt([...issue.path, key], `There is no setting '${key}' in ${place}.`, remedy);
  }
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const words = issue.values.filter((value) => typeof value === 'string');
    if (words.length > 0) {
      const remedy = `Did you mean '${nearestName(issue.input, words)}'? Known are ${words.join(', ')}.`;
      return problemAt(issue.path, `${where} cannot be '${issue.input}'.`, remedy);
    }
  }
  if (where === '')
    return problemAt([], 'This is no experiment.', 'Write settings by name, as in the ready-made ones.');
  const expected = expectationOf(issue);
  if (issue.input === undefined) {
    const remedy = expected === undefined ? 'Add it.' : `Add it; it must be ${expected}.`;
    return problemAt(issue.path, `${where} is missing.`, remedy);
  }
  if (expected === undefined) return problemAt(issue.path, `${where}: ${issue.message}.`, 'Change it there.');
  return problemAt(issue.path, `${where} cannot be ${formatValue(issue.input)}.`, `It must be ${expected}.`);
}

/** As it is written where that is short. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null) return 'empty';
  if (typeof value === 'string') return `'${value.slice(0, 80)}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a map';
}

/** As a person writes it: `arms[1].classifier.width`. */
function formatPath(path: YamlPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** The line of the deepest part of a path that is in the file, counted from 1. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: YamlPath): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key: node }) => isScalar(node) && node.value === key)
      : undefined;
    const offset = offsetOf(pair?.key) ?? offsetOf(document.getIn(path.slice(0, depth), true));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : undefined;
}
