import * as vscode from 'vscode';

import { Throttle } from '../../protocol/throttle.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import type * as experimentCommands from './experimentCommands.ts';
import { registerExperimentNotifications } from './experimentNotifications.ts';
import { ExperimentsTree } from './experimentsTree.ts';

const UPDATE_INTERVAL_MS = 1000;

/** The list of experiments with its commands and notifications; the code of the commands is loaded when one is used. */
export function registerExperiments(services: Services): void {
  const { context, experiments, log } = services;
  const tree = new ExperimentsTree(services);
  const view = vscode.window.createTreeView('tsynd.experiments', { treeDataProvider: tree });
  let hasExperiments: boolean | undefined;
  const update = new Throttle(() => tree.update(), UPDATE_INTERVAL_MS);
  const changed = (): void => {
    update.request();
    if (hasExperiments === experiments.entries.length > 0) return;
    hasExperiments = experiments.entries.length > 0;
    void vscode.commands.executeCommand('setContext', 'tsynd.hasExperiments', hasExperiments);
  };
  const register = (
    command: string,
    run: (commands: typeof experimentCommands, argument: unknown) => unknown,
  ): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (argument: unknown) => {
      try {
        await run(await import('./experimentCommands.ts'), argument);
      } catch (error) {
        void showFailure(log, error);
      }
    });

  context.subscriptions.push(
    tree,
    view,
    update,
    experiments.onDidChange(changed),
    registerExperimentNotifications(services),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && view.visible) void experiments.refresh();
    }),
    register('tsynd.compareTrainingSets', ({ compareTrainingSets }, argument) =>
      compareTrainingSets(services, argument),
    ),
    register('tsynd.runExperiment', ({ runExperimentFile }, argument) =>
      runExperimentFile(services, argument),
    ),
    register('tsynd.continueExperiment', ({ continueExperiment }, argument) =>
      continueExperiment(services, argument),
    ),
    register('tsynd.stopExperiment', ({ stopExperiment }, argument) => stopExperiment(services, argument)),
  );
  void experiments.refresh();
}
