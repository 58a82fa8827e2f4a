import * as vscode from 'vscode';

/**
 * Whether models may be loaded and trained here. Where not, says so, with the way to change it; `what` is what the
 * person wanted to do, as in "Generating samples", and `reason` what makes that unsafe.
 */
export async function checkTrust(
  what: string,
  reason = vscode.l10n.t('it runs programs on the data of this workspace'),
): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is off in Restricted Mode: {1}.', what, reason),
    manage,
  );
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}
