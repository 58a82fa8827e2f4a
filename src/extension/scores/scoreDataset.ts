import path from 'node:path';

import * as vscode from 'vscode';

import { TsyndError } from '../../protocol/errors.ts';
import { SCORED_SPLITS, type ScoresSummary } from '../../protocol/scoreTable.ts';
import { formatCount } from '../generate/datasetReport.ts';
import { pickDataset } from '../generate/pickDataset.ts';
import { resolveRun } from '../runs/pickRun.ts';
import { folderOf, statusOf } from '../runs/runStatus.ts';
import type { Services } from '../services.ts';
import { checkTrust } from '../trust.ts';
import { byDataset } from './byDataset.ts';

/**
 * Gives every image of a dataset its scores by a run's classifier, with progress that can be cancelled, and shows them.
 * What is not given is asked for. Throws what reading and scoring throw.
 */
export async function scoreDataset(services: Services, datasetPath?: string, run?: string): Promise<void> {
  if (!(await checkTrust(vscode.l10n.t('Scoring a dataset')))) return;
  const title = vscode.l10n.t('Score dataset');
  const dataset = datasetPath ?? (await pickDataset(title, services.log));
  if (dataset === undefined) return;
  const entry = await resolveRun(services, run, {
    isCandidate: (candidate) => statusOf(candidate) === 'finished',
    order: byDataset(dataset),
    placeHolder: vscode.l10n.t('Choose the run whose classifier scores {0}', path.basename(dataset)),
    none: vscode.l10n.t('Scores need a trained classifier, and no run is finished yet.'),
  });
  const folder = entry && folderOf(entry);
  if (folder === undefined) return;
  const summary = await scoreWithProgress(services, folder, dataset);
  if (summary) await vscode.commands.executeCommand('tsynd.openScores', summary.run, summary.folder);
}

/** Undefined when it was cancelled, which was said. */
function scoreWithProgress(
  { compute }: Services,
  run: string,
  datasetPath: string,
): Thenable<ScoresSummary | undefined> {
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Scoring {0}', path.basename(datasetPath)),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    progress.report({ message: vscode.l10n.t('reading the dataset') });
    let percentDone = 0;
    try {
      const params = { run, datasetPath, splits: SCORED_SPLITS };
      return await compute.request('dataset/score', params, {
        signal: controller.signal,
        onProgress: ({ done, total }) => {
          const percent = total > 0 ? (100 * done) / total : 0;
          const message = vscode.l10n.t('{0} of {1} images', formatCount(done), formatCount(total));
          progress.report({ message, increment: percent - percentDone });
          percentDone = percent;
        },
      });
    } catch (error) {
      if (!(error instanceof TsyndError) || error.code !== 'cancelled') throw error;
      void vscode.window.showInformationMessage(vscode.l10n.t('Scoring was cancelled; nothing was written.'));
      return undefined;
    }
  });
}
