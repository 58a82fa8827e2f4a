import * as vscode from 'vscode';

import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { canInstall } from './installOffer.ts';

/** Registers what is about devices; the code behind it is loaded when it is first used. */
export function registerDevices(services: Services): void {
  const register = (command: string, run: () => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async () => {
      try {
        await run();
      } catch (error) {
        void showFailure(services.log, error);
      }
    });
  // The palette's own words for platforms are about where the window is, and this is about where we run.
  if (!canInstall('tensorflow', process.platform, process.arch)) {
    void vscode.commands.executeCommand('setContext', 'tsynd.lacksTensorFlow', true);
  }
  services.context.subscriptions.push(
    register('tsynd.showDevices', async () => {
      const { showDevices } = await import('./showDevices.ts');
      await showDevices(services);
    }),
    register('tsynd.installTensorFlow', async () => {
      const { installBackend } = await import('./installBackend.ts');
      await installBackend(services, 'tensorflow');
    }),
  );
}
