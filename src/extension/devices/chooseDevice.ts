import * as vscode from 'vscode';

import type { DeviceChoice } from '../../protocol/settings.ts';
import { DEVICE_LABELS } from './deviceLine.ts';

/** Sets `tsynd.device` where it holds now: in the workspace if that has a value of its own, and else for this machine. */
export async function chooseDevice(device: DeviceChoice): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('tsynd');
  const isOfWorkspace =
    vscode.workspace.isTrusted && configuration.inspect('device')?.workspaceValue !== undefined;
  const { Workspace, Global } = vscode.ConfigurationTarget;
  await configuration.update('device', device, isOfWorkspace ? Workspace : Global);
  const name = device === 'auto' ? vscode.l10n.t('Automatic choice') : DEVICE_LABELS[device];
  const where = isOfWorkspace ? vscode.l10n.t('in this workspace') : vscode.l10n.t('on this machine');
  const open = vscode.l10n.t('Open Setting');
  const message = vscode.l10n.t(
    '{0} is now the device {1} (tsynd.device = {2}), unless another is chosen when a run is started.',
    name,
    where,
    device,
  );
  // Not waited for: the command is done.
  void vscode.window.showInformationMessage(message, open).then((answer) => {
    if (answer === open) void vscode.commands.executeCommand('workbench.action.openSettings', 'tsynd.device');
  });
}
