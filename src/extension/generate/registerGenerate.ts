import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';

/** Registers what starts from a dataset; the code of the flows is loaded when one is started. */
export function registerGenerate(services: Services): void {
  const register = (
    command: string,
    run: (datasetPath: string | undefined) => Promise<void>,
  ): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (argument: unknown) => {
      try {
        await run(datasetArgument(argument));
      } catch (error) {
        await showFailure(services.log, error);
      }
    });
  services.context.subscriptions.push(
    register('tsynd.generate', async (datasetPath) => {
      const { startGenerateFlow } = await import('./startGenerateFlow.ts');
      await startGenerateFlow(services, datasetPath);
    }),
    register('tsynd.inspectDataset', async (datasetPath) => {
      const { summarizeDataset } = await import('./summarizeDataset.ts');
      await summarizeDataset(services, datasetPath);
    }),
  );
}

/** The Explorer gives a file's address, other code may give a path, and the Command Palette nothing. */
function datasetArgument(argument: unknown): string | undefined {
  if (typeof argument === 'string' && argument !== '') return argument;
  return argument instanceof vscode.Uri ? diskPath(argument) : undefined;
}
