import { TsyndError } from '../../protocol/errors.ts';

/** How a child process ended, or why it never was. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /**
   * 'asked': we let it finish. 'silent': it did not say hello in time. 'mismatch': it speaks another protocol.
   * 'spawn': it could not be started. 'itself': it ended though nobody asked for it.
   */
  readonly cause: 'asked' | 'silent' | 'mismatch' | 'spawn' | 'itself';
  /** What the system said where the process could not be started. */
  readonly problem?: string | undefined;
  /** The last lines that it wrote to stderr, the newest last. */
  readonly lastLines: readonly string[];
}

/** In one sentence: `The compute process ended unexpectedly (SIGSEGV).` */
export function describeEnd(title: string, { code, signal, cause, problem }: ChildEnd): string {
  switch (cause) {
    case 'asked':
      return `The ${title} was stopped.`;
    case 'silent':
      return `The ${title} did not answer after its start and was ended.`;
    case 'mismatch':
      return `The ${title} is of another version of TSynD than the editor's part.`;
    case 'spawn':
      return `The ${title} could not be started: ${problem ?? 'no reason was given'}.`;
    case 'itself':
      if (signal === 'SIGKILL')
        return `The ${title} was killed from outside, or for lack of memory (SIGKILL).`;
      return `The ${title} ended unexpectedly (${signal ?? `exit code ${code ?? 'unknown'}`}).`;
  }
}

/** What the requests that it has not answered end with. */
export function exitedError(title: string, end: ChildEnd): TsyndError {
  const { code, signal, cause, lastLines } = end;
  return new TsyndError('process/exited', describeEnd(title, end), {
    remedy: cause === 'asked' ? 'Try it again.' : "Try it again; 'TSynD: Show Log' has its last words.",
    details: { code, signal, cause, lastLines },
  });
}
