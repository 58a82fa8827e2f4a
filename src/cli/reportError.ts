import { CommanderError } from 'commander';
import { toTsyndError } from '../jobs/toTsyndError.ts';
import { TsyndError, describeError } from '../protocol/errors.ts';
import { INTERRUPTED_EXIT_CODE } from './interrupts.ts';
import type { Terminal } from './terminal.ts';

/**
 * Tells a person (and with `--json` a machine) what went wrong, and returns the exit code: 2 for the person's mistake,
 * 1 for ours, 130 after Ctrl-C. The stack is shown with TSYND_DEBUG=1 only.
 */
export function reportError(error: unknown, terminal: Terminal): number {
  const shown = error instanceof CommanderError ? usageError(error) : toTsyndError(error);
  terminal.remark(shown.code === 'cancelled' ? describeError(shown) : `Error: ${describeError(shown)}`);
  if (process.env.TSYND_DEBUG === '1') terminal.remark(stackOf(error));
  const { code, message, remedy } = shown;
  terminal.emit({ type: 'error', code, message, remedy });
  if (code === 'cancelled') return INTERRUPTED_EXIT_CODE;
  return shown.fault === 'person' ? 2 : 1;
}

/** Commander's `error: unknown option '--cout'` and `(Did you mean --count?)` as one of our sentences and a remedy. */
function usageError({ code, message }: CommanderError): TsyndError {
  if (code === 'commander.help') return new TsyndError('settings/invalid', 'No command was given.');
  const [, problem, suggestion] = /^(?:error: )?(.*?)\.?(?:\n\((.*)\))?$/s.exec(message)!;
  return new TsyndError('settings/invalid', `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`, {
    remedy: suggestion || "See 'tsynd --help'.",
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}
