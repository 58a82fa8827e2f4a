import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';

import { Throttle } from '../../protocol/throttle.ts';
import type { TurnQueue } from '../runs/turnQueue.ts';
import type { Services } from '../services.ts';
import { experimentsBeside } from './experimentFolders.ts';
import { ExperimentModel } from './experimentModel.ts';
import type { ExperimentEnd, ExperimentStore } from './experimentStore.ts';

const LISTING_INTERVAL_MS = 1500;

/** The store of all experiments; it lives as long as the extension, and reads no folder before it is asked to. */
export function createExperimentStore(
  { context, library, compute, log, runs }: Omit<Services, 'experiments'>,
  turns: TurnQueue,
): ExperimentStore {
  const changed = new vscode.EventEmitter<void>();
  const enqueued = new vscode.EventEmitter<string>();
  const ended = new vscode.EventEmitter<ExperimentEnd>();
  const model = new ExperimentModel({
    compute,
    library,
    turns,
    foldersToList: async () => {
      const folders = new Set(runs.runFolders.map(experimentsBeside));
      const found = await Promise.all(
        [...folders].map(async (folder) => ((await isFolder(folder)) ? [folder] : [])),
      );
      return found.flat();
    },
    onChanged: () => changed.fire(),
    onEnded: (end) => {
      logEnd(log, end);
      ended.fire(end);
    },
  });
  const listing = new Throttle(() => void model.refresh(), LISTING_INTERVAL_MS);
  // A plan is written when an experiment begins, here or in a terminal.
  const watcher = vscode.workspace.createFileSystemWatcher('**/.tsynd/experiments/*/experiment.json');
  const told = (): void => listing.request();
  context.subscriptions.push(
    changed,
    enqueued,
    ended,
    model,
    listing,
    watcher,
    watcher.onDidCreate(told),
    watcher.onDidChange(told),
    watcher.onDidDelete(told),
  );

  return {
    get entries() {
      return model.entries;
    },
    get problem() {
      return model.problem;
    },
    onDidChange: changed.event,
    onDidEnqueue: enqueued.event,
    onDidEnd: ended.event,
    find: (folder) => model.find(folder),
    folderFor: (file) => experimentsBeside(runs.folderFor(file)),
    enqueue: (job) => {
      if (!model.enqueue(job)) return;
      log.info(`Queued: ${JSON.stringify(job)}`);
      enqueued.fire(job.folder);
    },
    stop: (folder) => model.stop(folder),
    refresh: () => model.refresh(),
  };
}

function logEnd(log: vscode.LogOutputChannel, { entry, outcome }: ExperimentEnd): void {
  if (outcome.kind === 'failed' || outcome.kind === 'crashed') {
    const { message, code, details } = outcome.error;
    log.error(`${entry.title} ${outcome.kind}: ${message} (${code})`, details);
  } else log.info(`${entry.title}: ${outcome.kind}`);
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    // Not there, or not to be read: no experiments in either case.
    return false;
  }
}
