import * as vscode from 'vscode';

import type { ComputeApi } from '../protocol/computeApi.ts';
import type { LibraryApi } from '../protocol/libraryApi.ts';
import { registerFileDecorations } from './decorations/registerFileDecorations.ts';
import { DeviceSurveys } from './devices/deviceSurveys.ts';
import { registerDevices } from './devices/registerDevices.ts';
import { createExperimentStore } from './experiments/createExperimentStore.ts';
import { registerExperiments } from './experiments/registerExperiments.ts';
import { registerExport } from './exportCurated/registerExport.ts';
import { registerGenerate } from './generate/registerGenerate.ts';
import { createLog, processLogger, showFailure } from './logging.ts';
import { registerPanels } from './panels/registerPanels.ts';
import { SupervisedProcess } from './processes/supervisedProcess.ts';
import { createRunStore } from './runs/createRunStore.ts';
import { registerRunsView } from './runs/registerRunsView.ts';
import { TurnQueue } from './runs/turnQueue.ts';
import { registerScores } from './scores/registerScores.ts';
import type { Services } from './services.ts';

let services: Services | undefined;

/**
 * Called by VS Code on the first command, view or panel of ours. Neither process is started here: their first request
 * does that.
 */
export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const log = createLog();
  context.subscriptions.push(log);
  try {
    services = makeServices(context, log);
    registerRunsView(services);
    registerGenerate(services);
    registerPanels(services);
    registerExport(services);
    registerScores(services);
    registerExperiments(services);
    registerDevices(services);
    registerFileDecorations(services);
    log.info(`activated in ${Math.round(performance.now() - startedAt)} ms`);
  } catch (error) {
    void showFailure(log, error);
    throw error;
  }
}

/**
 * Stops a run at its next checkpoint, from which it can be resumed. A window that closes waits some five seconds for
 * this; the compute process goes on stopping by itself when the window is gone.
 */
export async function deactivate(): Promise<void> {
  if (services) await Promise.all([services.compute.stop(), services.library.stop()]);
}

function makeServices(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Services {
  const bundle = (name: string): string => vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;
  const processes = {
    library: new SupervisedProcess<LibraryApi>({
      title: 'library process',
      script: bundle('library.mjs'),
      log: processLogger(log, 'library'),
    }),
    compute: new SupervisedProcess<ComputeApi>({
      title: 'compute process',
      script: bundle('compute.mjs'),
      log: processLogger(log, 'compute'),
    }),
  };
  const shared = { context, log, ...processes, surveys: new DeviceSurveys(processes.library) };
  // Runs and experiments stand in one queue: one thing trains at a time.
  const turns = new TurnQueue(processes.compute);
  const runs = createRunStore(shared, turns);
  return { ...shared, runs, experiments: createExperimentStore({ ...shared, runs }, turns) };
}
