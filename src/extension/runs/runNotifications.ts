import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { endMessage, type EndAction, type EndMessage } from './endMessage.ts';
import { describeProgress } from './formatRun.ts';
import { overallPercent } from './overallPercent.ts';
import { datasetPathOf, folderOf, titleOf } from './runStatus.ts';
import type { RunEnd, RunEntry, RunStore } from './runStore.ts';
import { showTraining } from './trainingNotification.ts';

/** Shows how a run fares that was just asked for, and how each run ended. */
export function registerRunNotifications({ runs, log }: Services): vscode.Disposable {
  return vscode.Disposable.from(
    runs.onDidEnqueue((key) => {
      const entry = runs.find(key);
      if (entry?.state === 'running') void showRunning(runs, key, titleOf(entry));
      else if (entry) tellQueued(titleOf(entry), entry.ahead ?? 0, runs.isHeld);
    }),
    runs.onDidEnd((end) => {
      const message = endMessage(end, runs.isHeld);
      if (message) showEnd(message, end).catch((error: unknown) => showFailure(log, error));
    }),
  );
}

function showRunning(runs: RunStore, key: string, title: string): Promise<void> {
  return showTraining({
    title,
    stoppingText: vscode.l10n.t('Stopping after this step; it can be resumed.'),
    onDidChange: runs.onDidChange,
    onDidEnd: (listener) =>
      runs.onDidEnd((end) => {
        if (end.key === key) listener();
      }),
    now: () => {
      const entry = runs.find(key);
      if (entry?.state !== 'running') return undefined;
      return { message: runningText(entry), percent: overallPercent(entry) };
    },
    stop: () => runs.stop(key),
  });
}

function runningText({ isStopping, progress }: RunEntry): string {
  if (isStopping) return vscode.l10n.t('Stopping after this step; it can be resumed.');
  return progress ? describeProgress(progress) : vscode.l10n.t('starting');
}

function tellQueued(title: string, ahead: number, isHeld: boolean): void {
  const text = isHeld
    ? vscode.l10n.t('{0} is queued. It starts when the compute process is restarted.', title)
    : ahead <= 1
      ? vscode.l10n.t('{0} is queued. It starts when the run before it has ended.', title)
      : vscode.l10n.t('{0} is queued. It starts when the {1} runs before it have ended.', title, ahead);
  const show = vscode.l10n.t('Show Runs');
  void vscode.window.showInformationMessage(text, show).then((answer) => {
    if (answer === show) void vscode.commands.executeCommand('tsynd.runs.focus');
  });
}

async function showEnd({ severity, text, actions }: EndMessage, end: RunEnd): Promise<void> {
  const items = actions.map((action) => ({ action, title: ACTION_TITLES[action]() }));
  const show = severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  const answer = await show(text, ...items);
  if (answer) await act(answer.action, end);
}

const ACTION_TITLES: Readonly<Record<EndAction, () => string>> = {
  openGallery: () => vscode.l10n.t('Open Gallery'),
  reveal: () => vscode.l10n.t('Reveal Run'),
  resume: () => vscode.l10n.t('Resume'),
  chooseDataset: () => vscode.l10n.t('Choose Dataset...'),
  changeSettings: () => vscode.l10n.t('Change Settings...'),
  restart: () => vscode.l10n.t('Restart Processes'),
  showLog: () => vscode.l10n.t('Show Log'),
};

async function act(action: EndAction, { key, entry }: RunEnd): Promise<void> {
  const { executeCommand } = vscode.commands;
  const run = folderOf(entry) ?? key;
  switch (action) {
    case 'openGallery':
      return executeCommand('tsynd.openGallery', run);
    case 'reveal':
      return executeCommand('tsynd.revealRun', run);
    case 'resume':
      return executeCommand('tsynd.resumeRun', run);
    case 'changeSettings':
      return executeCommand('tsynd.duplicateRun', run);
    case 'restart':
      return executeCommand('tsynd.restartProcesses');
    case 'showLog':
      return executeCommand('tsynd.showLog');
    case 'chooseDataset': {
      const dataset = await chooseDataset(datasetPathOf(entry));
      if (dataset !== undefined) await executeCommand('tsynd.resumeRun', run, dataset);
    }
  }
}

/** The dataset where it lies now: a folder or a file, as it was before. */
async function chooseDataset(before: string | undefined): Promise<string | undefined> {
  const isFile = before !== undefined && /\.(npz|csv)$/i.test(before);
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Where the run’s dataset lies now'),
    canSelectFiles: isFile,
    canSelectFolders: !isFile,
    ...(isFile ? { filters: { Dataset: ['npz', 'csv'] } } : {}),
  });
  return chosen?.at(0) && diskPath(chosen[0]);
}
