import * as vscode from 'vscode';

import { describeError, TsyndError } from '../protocol/errors.ts';

export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('TSynD', { log: true });
}

/** Takes the lines of a process of ours, and puts them into the log under the process's name. */
export function processLogger(log: vscode.LogOutputChannel, name: string): (line: string) => void {
  return (line) => log.info(`[${name}] ${line}`);
}

/** Tells the person what happened and what to do, and the log where it came from; nothing of what they have cancelled. */
export async function showFailure(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  if (error instanceof TsyndError && error.code === 'cancelled') return;
  log.error(error instanceof Error ? error : String(error));
  const showLog = vscode.l10n.t('Show Log');
  const answer = await vscode.window.showErrorMessage(describeError(error), showLog);
  if (answer === showLog) log.show(true);
}
