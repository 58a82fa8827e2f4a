import * as vscode from 'vscode';

import { runArgument } from '../panels/runArgument.ts';
import type { Services } from '../services.ts';
import { presentRun } from './runPresentation.ts';
import { RunNode } from './runsTree.ts';
import type { RunEntry } from './runStore.ts';

export interface PickRunOptions {
  readonly isCandidate: (entry: RunEntry) => boolean;
  /** Of the candidates; newest first when absent. */
  readonly order?: (a: RunEntry, b: RunEntry) => number;
  readonly placeHolder: string;
  /** What to say when there is none to choose from. */
  readonly none: string;
}

/**
 * The run that a command is about: the one it was given (an element of the tree, a folder, a key), else the one that the
 * person picks from the candidates. Undefined when there is none, which was said, or they picked none.
 *
 * Throws TsyndError 'run/not-found' when what was given is no run.
 */
export async function resolveRun(
  services: Services,
  argument: unknown,
  { isCandidate, order = () => 0, placeHolder, none }: PickRunOptions,
): Promise<RunEntry | undefined> {
  const { runs } = services;
  const given = argument instanceof RunNode ? argument.key : runArgument(argument);
  if (given !== undefined) return findRun(services, given);
  if (runs.entries.length === 0) await runs.refresh();
  const items = runs.entries
    .filter(isCandidate)
    .toSorted(order)
    .map((entry) => {
      const { label, description, icon } = presentRun(entry, runs.isHeld);
      return { entry, label, description, iconPath: new vscode.ThemeIcon(icon.id) };
    });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked?.entry;
}

/** Also a run that is not listed, as that of a gallery whose folder lies elsewhere. */
async function findRun({ runs, library }: Services, keyOrFolder: string): Promise<RunEntry> {
  const known = runs.find(keyOrFolder);
  if (known) return known;
  const summary = await library.request('run/summary', { run: keyOrFolder });
  return { key: summary.folder, state: 'idle', summary };
}
