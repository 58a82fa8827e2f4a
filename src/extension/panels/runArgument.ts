/**
 * The folder of the run that a command is about, from whatever a command may be given: the folder itself, a file's
 * address, or an element of the tree of runs. Undefined where there is none, as from the Command Palette.
 */
export function runArgument(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument === '' ? undefined : argument;
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { fsPath, folder, entry, summary, progress } = argument as Readonly<Record<string, unknown>>;
  if (typeof fsPath === 'string') return fsPath;
  if (typeof folder === 'string') return folder;
  return runArgument(entry) ?? runArgument(summary) ?? runArgument(progress);
}
