import { commands, l10n, window } from 'vscode';

import type { ScoresSummary } from '../../protocol/scoreTable.ts';
import { resolveRun } from '../runs/pickRun.ts';
import { datasetPathOf, folderOf, statusOf, titleOf } from '../runs/runStatus.ts';
import type { Services } from '../services.ts';
import { describeScores } from './describeScores.ts';

/**
 * The folder of scores to show: of the run that a command was given, or that the person picks; of several scores those
 * that they pick. Undefined when there are none, which was said, or they picked none.
 */
export async function pickScores(services: Services, argument: unknown): Promise<string | undefined> {
  const entry = await resolveRun(services, argument, {
    isCandidate: (candidate) => statusOf(candidate) === 'finished',
    placeHolder: l10n.t('Choose the run whose scores to open'),
    none: l10n.t('No run is finished yet, so there are no scores.'),
  });
  if (!entry) return undefined;
  const run = folderOf(entry);
  if (run === undefined) return undefined;
  const scores = await services.library.request('scores/list', { run });
  if (scores.length === 0) {
    void offerScoring(titleOf(entry), datasetPathOf(entry), run);
    return undefined;
  }
  return scores.length === 1 ? scores[0].folder : pick(scores);
}

async function pick(scores: readonly ScoresSummary[]): Promise<string | undefined> {
  const items = scores.map((summary) => ({ ...describeScores(summary), folder: summary.folder }));
  const placeHolder = l10n.t('Choose the scores to open');
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.folder;
}

async function offerScoring(title: string, dataset: string | undefined, run: string): Promise<void> {
  const message = l10n.t('{0} has scored no dataset yet.', title);
  const score = l10n.t('Score Its Dataset');
  const buttons = dataset === undefined ? [] : [score];
  const chosen = await window.showInformationMessage(message, ...buttons);
  if (chosen === score) await commands.executeCommand('tsynd.scoreDataset', dataset, run);
}
