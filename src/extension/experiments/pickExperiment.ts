import * as vscode from 'vscode';

import type { Services } from '../services.ts';
import { presentExperiment } from './describeExperiment.ts';
import { experimentArgument } from './experimentArgument.ts';
import type { ExperimentEntry } from './experimentStore.ts';

export interface PickExperimentOptions {
  readonly isCandidate: (entry: ExperimentEntry) => boolean;
  readonly placeHolder: string;
  /** What to say when there is none to choose from. */
  readonly none: string;
}

/**
 * The folder of the experiment that a command is about: the one it was given, else the one that the person picks from the
 * candidates. Undefined when there is none, which was said, or they picked none.
 */
export async function resolveExperiment(
  { experiments, runs }: Pick<Services, 'experiments' | 'runs'>,
  argument: unknown,
  { isCandidate, placeHolder, none }: PickExperimentOptions,
): Promise<string | undefined> {
  const given = experimentArgument(argument);
  if (given !== undefined) return given;
  await experiments.refresh();
  const items = experiments.entries.filter(isCandidate).map((entry) => {
    const { label, description, icon } = presentExperiment(entry, runs.isHeld);
    return { folder: entry.folder, label, description, iconPath: new vscode.ThemeIcon(icon.id) };
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.folder;
}
