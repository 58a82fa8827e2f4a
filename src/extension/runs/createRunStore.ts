import path from 'node:path';
import * as vscode from 'vscode';

import { Throttle } from '../../protocol/throttle.ts';
import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { RunModel } from './runModel.ts';
import { RunPlaces } from './runPlaces.ts';
import { titleOf } from './runStatus.ts';
import type { RunEnd, RunStore } from './runStore.ts';
import type { TurnQueue } from './turnQueue.ts';

/** A run writes its files several times a second; so often need nobody read them. */
const LISTING_INTERVAL_MS = 1500;

/** The store of all runs; it lives as long as the extension, and reads no folder before it is asked to. */
export function createRunStore(
  { context, library, compute, log }: Omit<Services, 'runs' | 'experiments'>,
  turns: TurnQueue,
): RunStore {
  const changed = new vscode.EventEmitter<void>();
  const enqueued = new vscode.EventEmitter<string>();
  const ended = new vscode.EventEmitter<RunEnd>();
  const deleting = new vscode.EventEmitter<string>();
  const listing = new Throttle(() => void model.refresh(), LISTING_INTERVAL_MS);
  const places = new RunPlaces(context.workspaceState, () => listing.request());
  const model = new RunModel({
    compute,
    library,
    foldersToList: () => places.existing(),
    outFor: (datasetPath) => places.outFor(datasetPath),
    turns,
    threads: (datasetPath) => readSetting('threads', vscode.Uri.file(datasetPath)) || undefined,
    onChanged: () => changed.fire(),
    onEnded: (end) => {
      logEnd(log, end);
      ended.fire(end);
    },
  });
  // After a crash the list stays as it was; it is read again as soon as somebody has started the process.
  const unwatch = library.onStatusChanged(({ health }) => {
    if (health === 'ready' && model.problem !== undefined) listing.request();
  });
  context.subscriptions.push(
    { dispose: unwatch },
    changed,
    enqueued,
    ended,
    deleting,
    places,
    listing,
    model,
  );

  return {
    get entries() {
      return model.entries;
    },
    get runFolders() {
      return places.folders;
    },
    get problem() {
      return model.problem;
    },
    get isHeld() {
      return model.isHeld;
    },
    folderFor: (datasetPath) => places.outFor(datasetPath),
    onDidChange: changed.event,
    onDidEnqueue: enqueued.event,
    onDidEnd: ended.event,
    onWillDelete: deleting.event,
    find: (keyOrFolder) => model.find(keyOrFolder),
    enqueue: (job) => {
      places.remember(job.kind === 'resume' ? path.dirname(job.run) : places.outFor(job.datasetPath));
      const key = model.enqueue(job);
      log.info(`Queued: ${JSON.stringify(job)}`);
      enqueued.fire(key);
      return key;
    },
    stop: (keyOrFolder) => model.stop(keyOrFolder),
    willDelete: (folder) => deleting.fire(folder),
    forget: (key) => model.forget(key),
    refresh: () => model.refresh(),
    restartCompute: () => model.restartCompute(),
  };
}

function logEnd(log: vscode.LogOutputChannel, { entry, outcome }: RunEnd): void {
  const title = titleOf(entry);
  switch (outcome.kind) {
    case 'failed':
    case 'crashed':
      log.error(
        `${title} ${outcome.kind}: ${outcome.error.message} (${outcome.error.code})`,
        outcome.error.details,
      );
      break;
    default:
      log.info(`${title}: ${outcome.kind}`);
  }
}
