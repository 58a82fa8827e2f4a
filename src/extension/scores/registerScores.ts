import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';

/** Registers "Score Dataset..."; its code is loaded when it is first used. */
export function registerScores(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand('tsynd.scoreDataset', async (dataset: unknown, run: unknown) => {
      try {
        const { scoreDataset } = await import('./scoreDataset.ts');
        await scoreDataset(services, datasetArgument(dataset), typeof run === 'string' ? run : undefined);
      } catch (error) {
        void showFailure(services.log, error);
      }
    }),
  );
}

/** The Explorer gives a file's address, other code may give a path, and the Command Palette nothing. */
function datasetArgument(argument: unknown): string | undefined {
  if (typeof argument === 'string' && argument !== '') return argument;
  return argument instanceof vscode.Uri ? diskPath(argument) : undefined;
}
