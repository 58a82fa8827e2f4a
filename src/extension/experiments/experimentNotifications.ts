import * as vscode from 'vscode';

import { showFailure } from '../logging.ts';
import { showTraining } from '../runs/trainingNotification.ts';
import type { Services } from '../services.ts';
import { describeExperimentProgress, experimentPercent } from './describeExperiment.ts';
import {
  experimentEndMessage,
  type ExperimentEndAction,
  type ExperimentEndMessage,
} from './experimentEndMessage.ts';
import type { ExperimentEnd, ExperimentStore } from './experimentStore.ts';

/** Shows how an experiment fares that was just asked for, opens its report once there is one, and says how each ended. */
export function registerExperimentNotifications({ experiments, runs, log }: Services): vscode.Disposable {
  return vscode.Disposable.from(
    experiments.onDidEnqueue((folder) => {
      const entry = experiments.find(folder);
      if (entry?.state === 'running') {
        openWhenMade(experiments, folder);
        void showRunning(experiments, folder, entry.title);
      } else if (entry) tellQueued(entry.title, runs.isHeld);
    }),
    experiments.onDidEnd((end) => {
      const message = experimentEndMessage(end, runs.isHeld);
      if (message) showEnd(message, end).catch((error: unknown) => showFailure(log, error));
    }),
  );
}

/** There is no report before the whole experiment has been checked and its plan written. */
function openWhenMade(experiments: ExperimentStore, folder: string): void {
  const subscriptions: vscode.Disposable[] = [];
  const look = (): void => {
    const entry = experiments.find(folder);
    if (entry?.state === 'running' && entry.progress?.folder === undefined) return;
    vscode.Disposable.from(...subscriptions).dispose();
    if (entry?.state === 'running') void vscode.commands.executeCommand('tsynd.openReport', folder);
  };
  subscriptions.push(experiments.onDidChange(look));
  look();
}

function showRunning(experiments: ExperimentStore, folder: string, title: string): Promise<void> {
  return showTraining({
    title,
    stoppingText: vscode.l10n.t('Stopping after this step; it can be gone on with.'),
    onDidChange: experiments.onDidChange,
    onDidEnd: (listener) =>
      experiments.onDidEnd(({ entry }) => {
        if (entry.folder === folder) listener();
      }),
    now: () => {
      const entry = experiments.find(folder);
      if (entry?.state !== 'running') return undefined;
      return entry.progress
        ? { message: describeExperimentProgress(entry.progress), percent: experimentPercent(entry.progress) }
        : { message: vscode.l10n.t('checking the experiment'), percent: 0 };
    },
    stop: () => experiments.stop(folder),
  });
}

function tellQueued(title: string, isHeld: boolean): void {
  const text = isHeld
    ? vscode.l10n.t('{0} is queued. It starts when the compute process is restarted.', title)
    : vscode.l10n.t('{0} is queued. It starts when what trains before it has ended.', title);
  const show = vscode.l10n.t('Show Experiments');
  void vscode.window.showInformationMessage(text, show).then((answer) => {
    if (answer === show) void vscode.commands.executeCommand('tsynd.experiments.focus');
  });
}

async function showEnd({ severity, text, actions }: ExperimentEndMessage, end: ExperimentEnd): Promise<void> {
  const items = actions.map((action) => ({ action, title: ACTION_TITLES[action]() }));
  const show = severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  const answer = await show(text, ...items);
  if (answer) await act(answer.action, end);
}

const ACTION_TITLES: Readonly<Record<ExperimentEndAction, () => string>> = {
  openReport: () => vscode.l10n.t('Open Report'),
  continue: () => vscode.l10n.t('Continue'),
  openFile: () => vscode.l10n.t('Open File'),
  restart: () => vscode.l10n.t('Restart Processes'),
  showLog: () => vscode.l10n.t('Show Log'),
};

async function act(action: ExperimentEndAction, { job, entry }: ExperimentEnd): Promise<void> {
  const { executeCommand } = vscode.commands;
  switch (action) {
    case 'openReport':
      return executeCommand('tsynd.openReport', entry.folder);
    case 'continue':
      return executeCommand('tsynd.continueExperiment', entry.folder);
    case 'openFile':
      return job.file === undefined ? undefined : executeCommand('vscode.open', vscode.Uri.file(job.file));
    case 'restart':
      return executeCommand('tsynd.restartProcesses');
    case 'showLog':
      return executeCommand('tsynd.showLog');
  }
}
