import { commands, env, l10n, ProgressLocation, Uri, window, workspace, type Disposable } from 'vscode';

import { TsyndError } from '../../protocol/errors.ts';
import { showFailure } from '../logging.ts';
import type { Services } from '../services.ts';
import { checkTrust } from '../trust.ts';
import { deleteRun } from './deleteRun.ts';
import { resolveRun } from './pickRun.ts';
import { processesToRestart } from './processesToRestart.ts';
import type { RunEntry } from './runStore.ts';
import { datasetPathOf, folderOf, isResumable, problemOf, statusOf, titleOf } from './runStatus.ts';

/** The commands about runs; each takes an element of the tree, a run's folder, or nothing, and then asks. */
export function registerRunCommands(services: Services): Disposable[] {
  const { runs, log } = services;
  const register = (id: string, run: (...args: unknown[]) => Promise<void> | void): Disposable =>
    commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        void showFailure(log, error);
      }
    });
  return [
    register('tsynd.stopRun', (run) => stopRun(services, run)),
    register('tsynd.resumeRun', (run, dataset) =>
      resumeRun(services, run, typeof dataset === 'string' ? dataset : undefined),
    ),
    register('tsynd.revealRun', (run) => revealRun(services, run)),
    register('tsynd.duplicateRun', (run) => duplicateRun(services, run)),
    register('tsynd.deleteRun', (run) => chooseAndDelete(services, run)),
    register('tsynd.refreshRuns', () => runs.refresh()),
    register('tsynd.restartProcesses', () => restartProcesses(services)),
    register('tsynd.showLog', () => log.show()),
  ];
}

async function stopRun(services: Services, argument: unknown): Promise<void> {
  const { runs } = services;
  const busy = runs.entries.filter(({ state }) => state !== 'idle');
  const entry = await resolveRun(services, argument ?? (busy.length === 1 ? busy[0].key : undefined), {
    isCandidate: ({ state }) => state !== 'idle',
    placeHolder: l10n.t('Choose the run to stop'),
    none: l10n.t('No run is training or queued in this window.'),
  });
  if (!entry) return;
  if (statusOf(entry) === 'elsewhere') throw lockedElsewhere(entry);
  await runs.stop(entry.key);
}

/** `dataset`: where the run's dataset lies now, if it has moved. */
async function resumeRun(services: Services, argument: unknown, dataset: string | undefined): Promise<void> {
  if (!(await checkTrust(l10n.t('Resuming a run')))) return;
  const { runs } = services;
  const entry = await resolveRun(services, argument, {
    isCandidate: isResumable,
    placeHolder: l10n.t('Choose the run to go on with'),
    none: l10n.t('There is no run to go on with: none was stopped, interrupted or failed.'),
  });
  if (!entry) return;
  const folder = folderOf(entry);
  switch (statusOf(entry)) {
    case 'queued':
    case 'running':
      void window.showInformationMessage(l10n.t('{0} is under way already.', titleOf(entry)));
      return;
    case 'finished':
      void window.showInformationMessage(
        l10n.t('{0} is finished. To make more samples, duplicate it with other settings.', titleOf(entry)),
      );
      return;
    case 'elsewhere':
      throw lockedElsewhere(entry);
    case 'unreadable':
      throw new TsyndError('run/corrupt', problemOf(entry) ?? l10n.t('{0} cannot be read.', titleOf(entry)));
    case 'stopped':
    case 'failed':
    case 'interrupted':
      if (folder !== undefined) runs.enqueue({ kind: 'resume', run: folder, datasetPath: dataset });
      else if (entry.job) {
        runs.forget(entry.key);
        runs.enqueue(entry.job);
      }
  }
}

function lockedElsewhere(entry: RunEntry): TsyndError {
  return new TsyndError(
    'run/locked',
    l10n.t('{0} is running in another window or terminal.', titleOf(entry)),
    {
      remedy: l10n.t('Stop it there; here it can only be looked at.'),
    },
  );
}

async function revealRun(services: Services, argument: unknown): Promise<void> {
  const entry = await resolveRun(services, argument, {
    isCandidate: (candidate) => folderOf(candidate) !== undefined,
    placeHolder: l10n.t('Choose the run whose folder to show'),
    none: l10n.t('There are no runs yet.'),
  });
  if (!entry) return;
  const folder = folderOf(entry);
  if (folder === undefined) {
    void window.showInformationMessage(l10n.t('{0} has no folder yet.', titleOf(entry)));
    return;
  }
  const uri = Uri.file(folder);
  if (workspace.getWorkspaceFolder(uri)) await commands.executeCommand('revealInExplorer', uri);
  else if (env.remoteName === undefined && env.appHost === 'desktop') {
    await commands.executeCommand('revealFileInOS', uri);
  } else {
    // The folder lies on a machine whose desktop is not this one.
    const copy = l10n.t('Copy Path');
    const text = l10n.t('The run lies outside the workspace, in {0}.', folder);
    if ((await window.showInformationMessage(text, copy)) === copy) await env.clipboard.writeText(folder);
  }
}

async function duplicateRun(services: Services, argument: unknown): Promise<void> {
  if (!(await checkTrust(l10n.t('Generating samples')))) return;
  const entry = await resolveRun(services, argument, {
    isCandidate: (candidate) => datasetPathOf(candidate) !== undefined,
    placeHolder: l10n.t('Choose the run to start from'),
    none: l10n.t('There are no runs yet.'),
  });
  if (!entry) return;
  // Both bring the schema of settings along, which activation does without.
  const { duplicateChoices } = await import('./duplicateChoices.ts');
  const { startGenerateFlow } = await import('../generate/startGenerateFlow.ts');
  await startGenerateFlow(services, datasetPathOf(entry), duplicateChoices(entry));
}

async function chooseAndDelete(services: Services, argument: unknown): Promise<void> {
  const entry = await resolveRun(services, argument, {
    isCandidate: (candidate) => candidate.state === 'idle' && statusOf(candidate) !== 'elsewhere',
    placeHolder: l10n.t('Choose the run to delete'),
    none: l10n.t('There is no run to delete.'),
  });
  if (entry) await deleteRun(services, entry);
}

/** Those that are down, or else both; asks before it stops a run. */
async function restartProcesses({ runs, experiments, library, compute }: Services): Promise<void> {
  const names = processesToRestart({ library: library.status, compute: compute.status });
  const run = runs.entries.find(({ state }) => state === 'running');
  const running = run ? titleOf(run) : experiments.entries.find(({ state }) => state === 'running')?.title;
  if (running !== undefined && names.includes('compute')) {
    const restart = l10n.t('Stop and Restart');
    const question = l10n.t('Restart the compute process while {0} trains?', running);
    const detail = l10n.t('What trains is stopped at its last checkpoint and can be resumed.');
    if ((await window.showWarningMessage(question, { modal: true, detail }, restart)) !== restart) return;
  }
  const restarts = { library: () => library.restart(), compute: () => runs.restartCompute() };
  const title = l10n.t('TSynD: restarting');
  await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    Promise.all(names.map((name) => restarts[name]())),
  );
  // What could not be read before may be read now.
  await runs.refresh();
}
