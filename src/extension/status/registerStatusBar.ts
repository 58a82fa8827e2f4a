import * as vscode from 'vscode';

import { Throttle } from '../../protocol/throttle.ts';
import type { Services } from '../services.ts';
import { presentStatus, type StatusPresentation } from './statusPresentation.ts';

const UPDATE_INTERVAL_MS = 1000;

/** One item in the status bar, for what goes on in the background; hidden while nothing does. */
export function registerStatusBar({ runs, experiments, compute }: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('tsynd.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'TSynD';
  item.command = 'tsynd.runs.focus';
  const update = new Throttle(
    () => show(item, presentStatus(runs.entries, compute.status, experiments.entries)),
    UPDATE_INTERVAL_MS,
  );
  const stopListening = compute.onStatusChanged(() => update.request());
  update.request();
  return vscode.Disposable.from(
    item,
    update,
    runs.onDidChange(() => update.request()),
    experiments.onDidChange(() => update.request()),
    { dispose: stopListening },
  );
}

const BACKGROUNDS = {
  none: undefined,
  warning: 'statusBarItem.warningBackground',
  error: 'statusBarItem.errorBackground',
} as const;

function show(item: vscode.StatusBarItem, status: StatusPresentation | undefined): void {
  if (!status) {
    item.hide();
    return;
  }
  const color = BACKGROUNDS[status.background];
  item.text = status.text;
  item.tooltip = status.tooltip;
  item.backgroundColor = color === undefined ? undefined : new vscode.ThemeColor(color);
  item.accessibilityInformation = { label: status.accessibleLabel };
  item.show();
}
