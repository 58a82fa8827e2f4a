import { commands, l10n, ThemeIcon, window } from 'vscode';

import type { RunEntry } from '../runs/runStore.ts';
import { resolveRun } from '../runs/pickRun.ts';
import { presentRun } from '../runs/runPresentation.ts';
import { statusOf, titleOf } from '../runs/runStatus.ts';
import type { Services } from '../services.ts';
import { comparableRuns, isFinished, orderPair, partnersOf, type FinishedRun } from './comparableRuns.ts';

/**
 * Two finished runs of one dataset, the baseline first: the one that a command was given, if any, and one that the
 * person picks. What leaves no choice is not asked. Undefined when there are none, which was said with what to do, or
 * they picked none.
 */
export async function chooseRunPair(
  services: Services,
  argument: unknown,
): Promise<readonly [FinishedRun, FinishedRun] | undefined> {
  const { runs } = services;
  if (runs.entries.length === 0) await runs.refresh();
  const all = runs.entries.flatMap(({ summary }) => summary ?? []);
  const given = await givenRun(services, argument);
  if (given === 'none') return undefined;
  const candidates = comparableRuns(all);
  const isOnePair = candidates.length === 2;
  const first =
    given ??
    (isOnePair ? candidates[0] : await pick(services, candidates, l10n.t('Compare explanations of')));
  if (!first) {
    if (candidates.length === 0) await tellNoPair(all.filter(isFinished));
    return undefined;
  }
  const partners = partnersOf(first, all);
  if (partners.length === 0) {
    await tellNoPair([first]);
    return undefined;
  }
  const placeHolder = l10n.t(
    'Compare {0} with',
    titleOf({ key: first.folder, state: 'idle', summary: first }),
  );
  const second = partners.length === 1 ? partners[0] : await pick(services, partners, placeHolder);
  return second && orderPair(first, second);
}

/** `none` where what was given is no finished run, which was said. */
async function givenRun(services: Services, argument: unknown): Promise<FinishedRun | undefined | 'none'> {
  if (argument === undefined) return undefined;
  const entry = await resolveRun(services, argument, {
    isCandidate: (candidate) => statusOf(candidate) === 'finished',
    placeHolder: '',
    none: '',
  });
  if (entry?.summary && isFinished(entry.summary)) return entry.summary;
  if (entry) {
    const text = l10n.t('{0} is not finished. Its explanations can be compared once it is.', titleOf(entry));
    void window.showInformationMessage(text);
  }
  return 'none';
}

async function pick(
  { runs }: Services,
  candidates: readonly FinishedRun[],
  placeHolder: string,
): Promise<FinishedRun | undefined> {
  if (candidates.length === 0) return undefined;
  const items = candidates.map((run) => {
    const entry: RunEntry = { key: run.folder, state: 'idle', summary: run };
    const { label, description, icon } = presentRun(entry, runs.isHeld);
    return { run, label, description, detail: run.id, iconPath: new ThemeIcon(icon.id) };
  });
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))
    ?.run;
}

async function tellNoPair(finished: readonly FinishedRun[]): Promise<void> {
  const [only] = finished;
  if (finished.length === 0) {
    const generate = l10n.t('Generate...');
    const text = l10n.t(
      'There is no finished run yet. Comparing takes two of one dataset, such as a baseline and a run with samples.',
    );
    const answer = await window.showInformationMessage(text, generate);
    if (answer === generate) await commands.executeCommand('tsynd.generate');
    return;
  }
  const duplicate = l10n.t('Duplicate with Other Settings...');
  const text =
    only.settings.method === 'baseline'
      ? l10n.t(
          'There is only one finished run of {0}, a baseline. Train one with another method to compare it with.',
          only.dataset.name,
        )
      : l10n.t(
          'There is only one finished run of {0}. Train another one, such as the baseline, to compare it with.',
          only.dataset.name,
        );
  const answer = await window.showInformationMessage(text, duplicate);
  if (answer === duplicate) await commands.executeCommand('tsynd.duplicateRun', only.folder);
}
