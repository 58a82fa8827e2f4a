import { Option } from 'commander';
import { TsyndError } from '../protocol/errors.ts';

/** Something that says whether a number will do; a zod schema is one. */
interface NumberCheck {
  safeParse(value: number): { readonly success: boolean };
}

/**
 * An option that takes a number.
 *
 * @param flags e.g. `--count <n>`
 * @param expected what `check` accepts, e.g. `a whole number, 0 or more`
 * @throws TsyndError 'settings/invalid', when parsed, for anything else
 */
export function numberOption(
  flags: string,
  description: string,
  check: NumberCheck,
  expected: string,
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (check.safeParse(value).success) return value;
    const [flag] = flags.split(' ');
    throw new TsyndError('settings/invalid', `${flag} cannot be '${text}'.`, { remedy: `Give ${expected}.` });
  });
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON object a line on stdout, and text on stderr');
}

export function datasetOption(): Option {
  return new Option('--dataset <path>', 'where the dataset lies now, if it was moved');
}
