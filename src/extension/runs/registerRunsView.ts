import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { registerStatusBar } from '../status/registerStatusBar.ts';
import { registerQueueMemory } from './registerQueueMemory.ts';
import { registerRunCommands } from './runCommands.ts';
import { registerRunNotifications } from './runNotifications.ts';
import { statusOf } from './runStatus.ts';
import { RunsTree, type TreeNode } from './runsTree.ts';
import { Throttle } from '../../protocol/throttle.ts';

const UPDATE_INTERVAL_MS = 1000;
/** How often runs of other windows are looked at: that their process is gone, no file tells. */
const ELSEWHERE_INTERVAL_MS = 15_000;

/** The tree of runs with its commands, notifications, context keys and the item in the status bar. */
export function registerRunsView(services: Services): void {
  const { context, runs } = services;
  const tree = new RunsTree(runs, runs.refresh());
  const view = vscode.window.createTreeView('tsynd.runs', { treeDataProvider: tree });
  const setContext = contextSetter();
  let shape = '';
  const update = new Throttle(() => {
    tree.update();
    showMessage(view, runs.problem);
  }, UPDATE_INTERVAL_MS);
  const changed = (): void => {
    const { entries } = runs;
    setContext('tsynd.hasRuns', entries.length > 0);
    setContext(
      'tsynd.isTraining',
      entries.some(({ state }) => state !== 'idle'),
    );
    // Numbers may wait for their turn; what comes, goes or changes its kind shows at once.
    const nextShape = entries
      .map((entry) => `${entry.key}:${statusOf(entry)}:${entry.isStopping}`)
      .join('\n');
    if (nextShape === shape) update.request();
    else update.now();
    shape = nextShape;
  };
  const pollElsewhere = setInterval(() => {
    const isElsewhere = runs.entries.some((entry) => statusOf(entry) === 'elsewhere');
    if (view.visible && isElsewhere) void runs.refresh();
  }, ELSEWHERE_INTERVAL_MS);

  context.subscriptions.push(
    tree,
    view,
    update,
    runs.onDidChange(changed),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) void runs.refresh();
    }),
    // A watcher may be told not to watch here, and other programs write, too.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && view.visible) void runs.refresh();
    }),
    { dispose: () => clearInterval(pollElsewhere) },
    registerRunNotifications(services),
    registerStatusBar(services),
    registerQueueMemory(services),
    ...registerRunCommands(services),
  );
  changed();
}

/** Above the lines: why they may be old. */
function showMessage(view: vscode.TreeView<TreeNode>, problem: string | undefined): void {
  const message = problem === undefined ? '' : vscode.l10n.t('Runs could not be read. {0}', problem);
  if (view.message !== message) view.message = message;
}

/** Tells the editor of a context key when its value changes. */
function contextSetter(): (key: string, value: boolean) => void {
  const values = new Map<string, boolean>();
  return (key, value) => {
    if (values.get(key) === value) return;
    values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
}
