import * as vscode from 'vscode';

import { Throttle } from '../../protocol/throttle.ts';

const REPORT_INTERVAL_MS = 500;

/** What trains in this window, as a notification follows it. */
export interface FollowedTraining {
  readonly title: string;
  /** Said from a person's cancelling until it has ended. */
  readonly stoppingText: string;
  readonly onDidChange: vscode.Event<void>;
  /** Subscribes to its end. */
  readonly onDidEnd: (listener: () => void) => vscode.Disposable;
  /** What is under way, and how much of it all is done, in percent; undefined while nothing is. */
  readonly now: () => { readonly message: string; readonly percent: number } | undefined;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

/** A notification with a bar until it has ended or the person has cancelled it; then one that says it is stopping. */
export async function showTraining(training: FollowedTraining): Promise<void> {
  const { title, stoppingText } = training;
  const location = vscode.ProgressLocation.Notification;
  const wasCancelled = await vscode.window.withProgress(
    { location, title, cancellable: true },
    (progress, token) => follow(training, progress, token),
  );
  if (!wasCancelled) return;
  await vscode.window.withProgress({ location, title }, (progress) => {
    progress.report({ message: stoppingText });
    return training.stop();
  });
}

/** Resolves when it has ended, with false, or when the person has cancelled it, with true. */
function follow(
  { onDidChange, onDidEnd, now }: FollowedTraining,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<boolean> {
  let shown = 0;
  const report = new Throttle(() => {
    const state = now();
    if (!state) return;
    progress.report({ message: state.message, increment: Math.max(0, state.percent - shown) });
    shown = Math.max(shown, state.percent);
  }, REPORT_INTERVAL_MS);
  report.request();
  return new Promise((resolve) => {
    const finish = (wasCancelled: boolean): void => {
      vscode.Disposable.from(...subscriptions).dispose();
      resolve(wasCancelled);
    };
    const subscriptions = [
      report,
      onDidChange(() => report.request()),
      onDidEnd(() => finish(false)),
      token.onCancellationRequested(() => finish(true)),
    ];
  });
}
