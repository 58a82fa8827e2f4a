import * as vscode from 'vscode';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';

/** Registers "Export Curated Training Set..."; its code is loaded when it is first used. */
export function registerExport(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand('tsynd.exportCurated', async (argument: unknown) => {
      try {
        const { exportCurated } = await import('./exportCurated.ts');
        await exportCurated(services, argument);
      } catch (error) {
        void showFailure(services.log, error);
      }
    }),
  );
}
