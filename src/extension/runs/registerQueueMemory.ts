import { l10n, window, workspace, type Disposable } from 'vscode';

import type { Services } from '../services.ts';
import type { RunStore } from './runStore.ts';

const MEMORY_KEY = 'tsynd.queue';

/**
 * Keeps in the workspace's memory which jobs wait, and asks about those that waited when the window was closed: they
 * are started only if the person says so. What trained then shows in the tree, to be resumed.
 */
export function registerQueueMemory({ context, runs, log }: Services): Disposable {
  const { workspaceState } = context;
  const left = workspaceState.get<unknown>(MEMORY_KEY);
  /** From the closed window, until the person has said what is to become of them. */
  let unanswered: readonly unknown[] = Array.isArray(left) ? left : [];
  let kept = JSON.stringify(unanswered);
  const keep = (): void => {
    const queued = runs.entries.filter(({ state }) => state === 'queued').map(({ job }) => job);
    const jobs = [...unanswered, ...queued];
    const text = JSON.stringify(jobs);
    if (text === kept) return;
    kept = text;
    void workspaceState.update(MEMORY_KEY, jobs.length === 0 ? undefined : jobs);
  };
  if (unanswered.length > 0 && workspace.isTrusted) {
    askAbout(runs, unanswered)
      .catch((error: unknown) => log.error(String(error)))
      .finally(() => {
        unanswered = [];
        keep();
      });
  }
  return runs.onDidChange(keep);
}

async function askAbout(runs: RunStore, left: readonly unknown[]): Promise<void> {
  // Brings the schema of settings along, which activation does without.
  const { rememberedJobs } = await import('./queueMemory.ts');
  const jobs = rememberedJobs(left);
  if (jobs.length === 0) return;
  const queueAgain = l10n.t('Queue Again');
  const text =
    jobs.length === 1
      ? l10n.t('1 run was still queued when this window was closed.')
      : l10n.t('{0} runs were still queued when this window was closed.', jobs.length);
  const answer = await window.showInformationMessage(text, queueAgain, l10n.t('Discard'));
  if (answer === queueAgain) for (const job of jobs) runs.enqueue(job);
}
