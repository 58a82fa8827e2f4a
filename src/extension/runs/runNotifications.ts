import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { endMessage, type EndAction, type EndMessage } from './endMessage.ts';
import { describeProgress } from './formatRun.ts';
import { overallPercent } from './overallPercent.ts';
import { datasetPathOf, folderOf, titleOf } from './runStatus.ts';
import type { RunEnd, RunEntry, RunStore } from './runStore.ts';
import { Throttle } from '../../protocol/throttle.ts';

const REPORT_INTERVAL_MS = 500;

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

/** A notification with a bar until the run has ended or the person has cancelled it; then one that says it is stopping. */
async function showRunning(runs: RunStore, key: string, title: string): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const wasCancelled = await vscode.window.withProgress(
    { location, title, cancellable: true },
    (progress, token) => followRun(runs, key, progress, token),
  );
  if (!wasCancelled) return;
  await vscode.window.withProgress({ location, title }, (progress) => {
    progress.report({ message: vscode.l10n.t('Stopping after this step; it can be resumed.') });
    return runs.stop(key);
  });
}

/** Resolves when the run has ended, with false, or when the person has cancelled it, with true. */
function followRun(
  runs: RunStore,
  key: string,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<boolean> {
  let percent = 0;
  const report = new Throttle(() => {
    const entry = runs.find(key);
    if (entry?.state !== 'running') return;
    const now = overallPercent(entry);
    progress.report({ message: runningText(entry), increment: Math.max(0, now - percent) });
    percent = Math.max(percent, now);
  }, REPORT_INTERVAL_MS);
  report.request();
  return new Promise((resolve) => {
    const finish = (wasCancelled: boolean): void => {
      vscode.Disposable.from(...subscriptions).dispose();
      resolve(wasCancelled);
    };
    const subscriptions = [
      report,
      runs.onDidChange(() => report.request()),
      runs.onDidEnd((end) => {
        if (end.key === key) finish(false);
      }),
      token.onCancellationRequested(() => finish(true)),
    ];
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
