import { existsSync } from 'node:fs';
import path from 'node:path';

import * as vscode from 'vscode';

import { describeError, TsyndError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { diskPath } from '../diskPath.ts';
import { showFailure } from '../logging.ts';
import { resolveRun } from '../runs/pickRun.ts';
import { folderOf, hasSamples } from '../runs/runStatus.ts';
import type { Services } from '../services.ts';
import { exportMessage } from './exportMessage.ts';
import { askForExport } from './exportQuestions.ts';
import { defaultTarget, targetProblem, withExtension, type ExportPlace } from './exportTarget.ts';

type ExportParams = LibraryApi['export/curated']['params'];
type ExportResult = LibraryApi['export/curated']['result'];

/** Asks what to export and where to, writes it, and offers what one does next with a dataset. */
export async function exportCurated(services: Services, argument: unknown): Promise<void> {
  const entry = await resolveRun(services, argument, {
    isCandidate: hasSamples,
    placeHolder: vscode.l10n.t('Choose the run whose accepted samples to export'),
    none: vscode.l10n.t('There are no runs with samples in this workspace yet.'),
  });
  if (!entry) return;
  const run = folderOf(entry);
  const dataset = entry.summary?.dataset;
  if (run === undefined) return;
  try {
    const answers = await askForExport(dataset);
    if (!answers) return;
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(run))?.uri.fsPath;
    const target = await askForTarget({ format: answers.format, run, dataset, workspaceFolder });
    if (target === undefined) return;
    const result = await write(services, { run, target, ...answers });
    await offerNextSteps(result, target);
  } catch (error) {
    await showProblem(services, error, run);
  }
}

/** Until a place is named that is free, or the person leaves. */
async function askForTarget(place: ExportPlace): Promise<string | undefined> {
  let suggestion = defaultTarget(place, existsSync);
  for (;;) {
    const chosen = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Curated Training Set'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.file(suggestion),
      ...(place.format === 'npz' && { filters: { NumPy: ['npz'] } }),
    });
    if (!chosen) return undefined;
    const target = withExtension(diskPath(chosen), place.format);
    const problem = targetProblem(target, place, existsSync);
    if (problem === undefined) return target;
    const again = vscode.l10n.t('Choose Another Place');
    if ((await vscode.window.showErrorMessage(problem, again)) !== again) return undefined;
    suggestion = defaultTarget(place, existsSync);
  }
}

async function write(services: Services, params: ExportParams): Promise<ExportResult> {
  const name = path.basename(params.target);
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Exporting {0}', name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    progress.report({ message: vscode.l10n.t('reading the dataset') });
    let percentDone = 0;
    return services.library.request('export/curated', params, {
      signal: cancel.signal,
      onProgress: ({ done, total }) => {
        const percent = total > 0 ? (100 * done) / total : 0;
        const message = vscode.l10n.t(
          '{0} of {1} images',
          done.toLocaleString('en'),
          total.toLocaleString('en'),
        );
        progress.report({ message, increment: percent - percentDone });
        percentDone = percent;
      },
    });
  });
}

async function offerNextSteps(result: ExportResult, target: string): Promise<void> {
  const { l10n, window, commands, workspace } = vscode;
  const uri = vscode.Uri.file(result.dataset);
  const isInWorkspace = workspace.getWorkspaceFolder(uri) !== undefined;
  const show = isInWorkspace ? l10n.t('Open in Explorer') : l10n.t('Open in New Window');
  const summarize = l10n.t('Summarize');
  const generate = l10n.t('Generate from It');
  const place = workspace.asRelativePath(target);
  const compare = l10n.t('Compare Training Sets...');
  const message = exportMessage(result, place);
  const chosen = await window.showInformationMessage(message, show, summarize, generate, compare);
  if (chosen === summarize) await commands.executeCommand('tsynd.inspectDataset', uri);
  else if (chosen === generate) await commands.executeCommand('tsynd.generate', uri);
  else if (chosen === compare) await commands.executeCommand('tsynd.compareTrainingSets', uri);
  else if (chosen === show && isInWorkspace) await commands.executeCommand('revealInExplorer', uri);
  else if (chosen === show) await openInNewWindow(target);
}

/** The Explorer shows the workspace alone; a single file is shown in its folder. */
async function openInNewWindow(target: string): Promise<void> {
  const folder = vscode.Uri.file(target.endsWith('.npz') ? path.dirname(target) : target);
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}

async function showProblem(services: Services, error: unknown, run: string): Promise<void> {
  const code = error instanceof TsyndError ? error.code : undefined;
  if (code === 'cancelled') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The export was cancelled; nothing was written.'),
    );
  } else if (code === 'export/nothing') {
    const openGallery = vscode.l10n.t('Open Gallery');
    if ((await vscode.window.showWarningMessage(describeError(error), openGallery)) === openGallery) {
      await vscode.commands.executeCommand('tsynd.openGallery', run);
    }
  } else {
    await showFailure(services.log, error);
  }
}
