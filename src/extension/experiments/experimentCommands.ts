import path from 'node:path';
import * as vscode from 'vscode';

import { diskPath } from '../diskPath.ts';
import { pickDataset } from '../generate/pickDataset.ts';
import type { Services } from '../services.ts';
import { readSetting } from '../settings.ts';
import { checkTrust } from '../trust.ts';
import { askComparison } from './comparisonQuestions.ts';
import { experimentStatusOf } from './describeExperiment.ts';
import { folderOfFile } from './experimentFolders.ts';
import type { ExperimentJob } from './experimentStore.ts';
import { resolveExperiment } from './pickExperiment.ts';

/** Asks how to compare a curated export with what it was made from, writes that as an experiment, and queues it. */
export async function compareTrainingSets(services: Services, argument: unknown): Promise<void> {
  if (!(await checkTrust(vscode.l10n.t('Comparing training sets')))) return;
  const { context, experiments, library, log, runs } = services;
  const title = vscode.l10n.t('Compare training sets: choose a curated export');
  const exported = pathArgument(argument) ?? (await pickDataset(title, log));
  if (exported === undefined) return;
  const name = nameOfExport(exported);
  const question = vscode.l10n.t('Compare training sets: {0}', name);
  const answers = await askComparison(question, context.workspaceState);
  if (!answers) return;
  const out = experiments.folderFor(exported);
  const progress = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('TSynD: planning') };
  const { file } = await vscode.window.withProgress(progress, () =>
    library.request('experiment/fromExport', {
      export: exported,
      ...answers,
      out,
      runs: runs.runFolders,
    }),
  );
  experiments.enqueue(jobOf(folderOfFile(out, file), file, name));
}

/** Runs the experiment that a YAML file describes; what is finished of it already is kept. */
export async function runExperimentFile({ experiments }: Services, argument: unknown): Promise<void> {
  if (!(await checkTrust(vscode.l10n.t('Running an experiment')))) return;
  const file = pathArgument(argument) ?? (await pickFile());
  if (file === undefined) return;
  const folder = folderOfFile(experiments.folderFor(file), file);
  if (isBusy(experiments.find(folder)?.state)) {
    const text = vscode.l10n.t('{0} is under way already.', path.basename(file));
    void vscode.window.showInformationMessage(text);
    return;
  }
  experiments.enqueue(jobOf(folder, file, path.basename(folder)));
}

/** Goes on with the cells that are not finished. */
export async function continueExperiment(services: Services, argument: unknown): Promise<void> {
  if (!(await checkTrust(vscode.l10n.t('Running an experiment')))) return;
  const { experiments } = services;
  const folder = await resolveExperiment(services, argument, {
    isCandidate: (entry) => experimentStatusOf(entry) === 'unfinished',
    placeHolder: vscode.l10n.t('Choose the experiment to go on with'),
    none: vscode.l10n.t('There is no experiment to go on with: none was stopped, interrupted or failed.'),
  });
  if (folder === undefined) return;
  experiments.enqueue(jobOf(folder, undefined, experiments.find(folder)?.title ?? path.basename(folder)));
}

export async function stopExperiment(services: Services, argument: unknown): Promise<void> {
  const { experiments } = services;
  const busy = experiments.entries.filter(({ state }) => isBusy(state));
  const folder = await resolveExperiment(
    services,
    argument ?? (busy.length === 1 ? busy[0].folder : undefined),
    {
      isCandidate: ({ state }) => isBusy(state),
      placeHolder: vscode.l10n.t('Choose the experiment to stop'),
      none: vscode.l10n.t('No experiment is running or queued in this window.'),
    },
  );
  if (folder !== undefined) await experiments.stop(folder);
}

function isBusy(state: string | undefined): boolean {
  return state === 'running' || state === 'queued';
}

function jobOf(folder: string, file: string | undefined, title: string): ExperimentJob {
  const scope = vscode.Uri.file(folder);
  const threads = readSetting('threads', scope);
  return {
    folder,
    ...(file === undefined ? {} : { file }),
    title,
    device: readSetting('device', scope),
    ...(threads > 0 ? { threads } : {}),
  };
}

/** The Explorer gives a file's address, other code may give a path, and the Command Palette nothing. */
function pathArgument(argument: unknown): string | undefined {
  if (typeof argument === 'string' && argument !== '') return argument;
  return argument instanceof vscode.Uri ? diskPath(argument) : undefined;
}

/** `breast-curated`, of whatever of the export was given. */
function nameOfExport(exported: string): string {
  const isInside = /^(tsynd\.json|dataset\.csv)$/i.test(path.basename(exported));
  return path.basename(isInside ? path.dirname(exported) : exported).replace(/\.npz$/i, '');
}

/** The file in the editor is the most likely one. */
async function pickFile(): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose an Experiment'),
    openLabel: vscode.l10n.t('Run'),
    filters: { [vscode.l10n.t('Experiments')]: ['yaml', 'yml'] },
    ...(active && /\.ya?ml$/i.test(active.path) && { defaultUri: active }),
  });
  return chosen?.at(0) && diskPath(chosen[0]);
}
