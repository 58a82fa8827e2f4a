import * as vscode from 'vscode';

import type { Installable } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { checkTrust } from '../trust.ts';
import { canInstall, installOffer } from './installOffer.ts';

/** What is being installed: a second time would write into the same folder. */
const underWay = new Set<Installable>();

/**
 * Says what would be fetched, and if the person agrees, fetches it with progress that can be cancelled, and shows what
 * has become of the devices. Throws TsyndError 'install/failed', after which all is as it was.
 */
export async function installBackend(services: Services, what: Installable): Promise<void> {
  const { name, question, detail, platforms } = installOffer(what);
  const reason = vscode.l10n.t('it fetches programs and runs them');
  if (!(await checkTrust(vscode.l10n.t('Installing {0}', name), reason))) return;
  if (!canInstall(what, process.platform, process.arch)) {
    const platform = `${process.platform} ${process.arch}`;
    const message = vscode.l10n.t('There is no {0} for {1}: it is made for {2}.', name, platform, platforms);
    void vscode.window.showWarningMessage(message);
    return;
  }
  if (underWay.has(what)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is being installed already.', name));
    return;
  }
  const install = vscode.l10n.t('Install');
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, install);
  if (answer !== install || underWay.has(what)) return;
  underWay.add(what);
  try {
    if (!(await installWithProgress(services, what, name))) return;
  } finally {
    underWay.delete(what);
  }
  void services.surveys.refresh();
  await vscode.commands.executeCommand('tsynd.showDevices');
}

/** False when it was cancelled, which was said. */
function installWithProgress({ library, log }: Services, what: Installable, name: string): Thenable<boolean> {
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Installing {0}', name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    try {
      await library.request(
        'devices/install',
        { what },
        {
          signal: controller.signal,
          onProgress: ({ message }) => {
            log.info(`[install] ${message}`);
            progress.report({ message });
          },
        },
      );
      return true;
    } catch (error) {
      if (!(error instanceof TsyndError) || error.code !== 'cancelled') throw error;
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Installing {0} was cancelled; all is as it was.', name),
      );
      return false;
    }
  });
}
